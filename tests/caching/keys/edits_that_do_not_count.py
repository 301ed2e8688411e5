"""Edits of a tiny project that must not change the key of its stage `work` in toy/stages.py.

Each is (name, files before, files after); a file that is None in the latter is deleted.
"""

from tests.caching.keys.edits_that_count import CALL, TWO, body, other, stage

F = TWO["toy/a.py"]
RICH = """import math
from toy.low import LOW, low
X = 3
class C:
    size: int = X
    def m(self): return low(LOW, self.size)
def g(x): return math.floor(x) + C().m()
def f(): return g(X) + (f() if X > 3 else 0)
"""
LOW = "LOW = 1\ndef low(*x): return x\n"
ENGINE = "from tasks.caching import {}\n@{}\ndef work(out): return 1\n"
PURE = """import re, math, enum, typing, logging, functools, contextlib, dataclasses
from pathlib import Path
import numpy as np, pyarrow as pa, pydantic
N = {0}
class Size(typing.NamedTuple): x: int = N
class Base:
 def __init__(self, x): self.x = x
class Derived(Base):
 def __init__(self, x): super().__init__(x)
{1}
"""
PURE_STATEMENTS = [
    "X = re.compile(str(N)), math.sqrt(N), np.dtype('i4'), pa.schema([pa.field('a', pa.int32())])",
    "X = logging.getLogger(__name__.rpartition('.')[0])",
    "X = (Path(__file__).parent / 'a').with_suffix('.x').read_text()",
    "X = frozenset(sorted({N, 1}, key=lambda n: len(str(n))))",
    "X = Size(N), Base(N), Derived(N)",
    "X = functools.partial(print, N)",
    "X = {'a': N}\nY = ', '.join(k for k in X.keys())",
    "for x in range(N): y = x",
    "with contextlib.suppress(ImportError): import fast",
    "class M(pydantic.BaseModel): x: int = pydantic.Field(N)",
    "class M(str, enum.Enum): A = enum.auto(), N",
    "class M(ValueError): x = N",
    "@dataclasses.dataclass\nclass M(Size): x: list = dataclasses.field(default_factory=list, metadata=N)",
    "class M:\n @property\n def x(self): return N\n @x.setter\n def x(self, y): N",
    "@functools.lru_cache(maxsize=int(N))\ndef o(x=tuple([N])): 0",
    "@contextlib.contextmanager\ndef o(): yield N",
]

EDITS_THAT_DO_NOT_COUNT = [
    ("a comment", *body("return 1", "return 1  # one")),
    ("formatting", *body("return f(1, 'a')", 'return (f( 1,\n  "a", ))')),
    ("a docstring", *stage("def work(out):\n 'a'\n return 1\n", "def work(out):\n 'b'\n return 1\n")),
    ("no docstring", *stage("def work(out):\n 'a'\n return 1\n", "def work(out):\n return 1\n")),
    ("a module's docstring", *stage("'a'\ndef work(out): 0\n", "'b'\ndef work(out): 0\n")),
    ("annotations", *stage("def work(out): return out\n", "def work(out: 'X') -> int: return out\n")),
    ("an annotation of a local variable", *body("x = 1; return x", "x: int = 1; return x")),
    ("an annotation of a constant", *stage("X = 1\ndef work(out): X\n", "X: int = 1\ndef work(out): X\n")),
    ("an unused outside import", *body("return 1", "return 1\nimport math")),
    ("an unused project import", *stage("def work(out): 0\n", "import toy.a\ndef work(out): 0\n", a=F)),
    ("an unreached definition", *body("return 1", "return 1\ndef g(): 0")),
    (
        "the order of definitions",
        *stage("X = 1\ndef g(): X\ndef work(out): g()\n", "def work(out): g()\ndef g(): X\nX = 1\n"),
    ),
    (
        "the order of imports",
        *body(
            "a.f() + b.f()", "a.f() + b.f()\nimport toy.b\nimport toy.a", "from toy import b, a", a=F, b=TWO["toy/b.py"]
        ),
    ),
    ("line numbers", *stage("def work(out): 0\n", "\n\n\n\ndef work(out): 0\n")),
    (
        "a function moves to another module",
        {"toy/stages.py": CALL, "toy/a.py": F, "toy/b.py": ""},
        {"toy/stages.py": CALL.replace("toy.a", "toy.b"), "toy/a.py": "", "toy/b.py": F},
    ),
    (
        "a function moves to the stage's module",
        {"toy/stages.py": CALL, "toy/a.py": F},
        {"toy/stages.py": CALL.replace("from toy.a import f\n", F), "toy/a.py": ""},
    ),
    (
        "a module is renamed",
        {"toy/stages.py": CALL, "toy/a.py": RICH, "toy/low.py": LOW},
        {"toy/stages.py": CALL.replace("toy.a", "toy.zz"), "toy/a.py": None, "toy/zz.py": RICH},
    ),
    (
        "a module moves into a package",
        {"toy/stages.py": CALL, "toy/a.py": RICH, "toy/low.py": LOW},
        {
            "toy/stages.py": CALL.replace("toy.a", "toy.p.q.a"),
            "toy/a.py": None,
            "toy/p/__init__.py": "",
            "toy/p/q/__init__.py": "'docstring'",
            "toy/p/q/a.py": RICH,
        },
    ),
    (
        "a package is renamed",
        {"toy/stages.py": "from lib.x import f\ndef work(out): f()\n", "lib/x.py": F},
        {"toy/stages.py": "from zlib2.x import f\ndef work(out): f()\n", "zlib2/x.py": F, "lib/x.py": None},
    ),
    (
        "a constant moves",
        {"toy/stages.py": CALL, "toy/a.py": RICH, "toy/low.py": LOW},
        {
            "toy/a.py": RICH.replace("import LOW, low", "import low\nfrom toy.b import LOW"),
            "toy/b.py": "LOW = 1\n",
            "toy/low.py": "def low(*x): return x\n",
        },
    ),
    (
        "a class moves",
        {"toy/stages.py": "from toy.a import C\ndef work(out): C()\n", "toy/a.py": "X = 1\nclass C: x = X\n"},
        {
            "toy/stages.py": "from toy.b import C\ndef work(out): C()\n",
            "toy/b.py": "from toy.a import X\nclass C: x = X\n",
            "toy/a.py": "X = 1\n",
        },
    ),
    (
        "a function of a circle moves",
        {"toy/stages.py": CALL, "toy/a.py": "def f(): return g()\ndef g(): return f()\n"},
        {
            "toy/a.py": "def f():\n from toy.b import g\n return g()\n",
            "toy/b.py": "from toy.a import f\ndef g(): return f()\n",
        },
    ),
    (
        "a registered function moves",
        {
            "toy/stages.py": "import toy.a, toy.r\ndef work(out): toy.r.R\n",
            "toy/r.py": "R = []\ndef reg(f): R.append(f)\n",
            "toy/a.py": "from toy.r import reg\n@reg\ndef f(): return 1\n@reg\ndef g(): return 2\n",
        },
        {
            "toy/stages.py": "import toy.a, toy.b, toy.r\ndef work(out): toy.r.R\n",
            "toy/a.py": "from toy.r import reg\n@reg\ndef g(): return 2\n",
            "toy/b.py": "from toy.r import reg\n@reg\ndef f(): return 1\n",
        },
    ),
    (
        "an acting module is renamed",
        {"toy/stages.py": "import toy.a\ndef work(out): 0\n", "toy/a.py": "print(1)\n"},
        {"toy/stages.py": "import toy.b\ndef work(out): 0\n", "toy/a.py": None, "toy/b.py": "print(1)\n"},
    ),
    (
        "the order of acting modules",
        *stage(
            "import toy.a, toy.b\ndef work(out): 0\n",
            "import toy.b, toy.a\ndef work(out): 0\n",
            a="print(1)\n",
            b="print(2)\n",
        ),
    ),
    (
        "a module as a value is renamed",
        {"toy/stages.py": "from toy import a\ndef work(out): vars(a)\n", "toy/a.py": F},
        {"toy/stages.py": "from toy import b\ndef work(out): vars(b)\n", "toy/a.py": None, "toy/b.py": F},
    ),
    (
        "a module for import_module is renamed",
        {"toy/stages.py": "import importlib\ndef work(out): importlib.import_module('toy.a')\n", "toy/a.py": F},
        {
            "toy/stages.py": "import importlib\ndef work(out): importlib.import_module('toy.b')\n",
            "toy/a.py": None,
            "toy/b.py": F,
        },
    ),
    (
        "a conditionally imported module is renamed",
        {
            "toy/stages.py": "try:\n from fast import f\nexcept ImportError:\n"
            " from toy.a import f\ndef work(out): f()\n",
            "toy/a.py": F,
        },
        {
            "toy/stages.py": "try:\n from fast import f\n"
            "except ImportError:\n from toy.b import f\ndef work(out): f()\n",
            "toy/a.py": None,
            "toy/b.py": F,
        },
    ),
    (
        "a late import in a block is renamed",
        {"toy/stages.py": "def work(out):\n with out:\n  from toy import a as x\n x.f()\n", "toy/a.py": F},
        {
            "toy/stages.py": "def work(out):\n with out:\n  from toy import b as y\n y.f()\n",
            "toy/a.py": None,
            "toy/b.py": F,
        },
    ),
    (
        "late imports in a block from two modules",
        {
            "toy/stages.py": "def work(out):\n with out:\n  from toy.a import f, g\n f(g)\n",
            "toy/a.py": F + "def g(): 0\n",
        },
        {
            "toy/stages.py": "def work(out):\n with out:\n  from toy.b import g\n  from toy.a import f\n f(g)\n",
            "toy/a.py": F,
            "toy/b.py": "def g(): 0\n",
        },
    ),
    (
        "a data file moves with its module",
        {"toy/stages.py": CALL, "toy/a.py": "def f(): return open('p.txt')\n", "toy/p.txt": "1"},
        {
            "toy/stages.py": CALL.replace("toy.a", "toy.s.a"),
            "toy/a.py": None,
            "toy/p.txt": None,
            "toy/s/a.py": "def f(): return open('p.txt')\n",
            "toy/s/p.txt": "1",
        },
    ),
    (
        "an alias of an outside module",
        *stage("import numpy as np\ndef work(out): np.sum(1)\n", "import numpy\ndef work(out): numpy.sum(1)\n"),
    ),
    (
        "another way to import",
        *stage("import os.path as p\ndef work(out): p.join()\n", "from os.path import join\ndef work(out): join()\n"),
    ),
    (
        "an alias of a project module",
        *stage("from toy import a\ndef work(out): a.f()\n", "import toy.a as z\ndef work(out): z.f()\n", a=F),
    ),
    ("an alias of a project function", *stage(CALL, "from toy.a import f as z\ndef work(out): return z()\n", a=F)),
    (
        "a late alias",
        *stage("def work(out):\n from toy.a import f\n f()\n", "def work(out):\n import toy.a as z\n z.f()\n", a=F),
    ),
    (
        "a late import made early",
        *stage("def work(out):\n from toy.a import f\n f()\n", "from toy.a import f\ndef work(out): f()\n", a=F),
    ),
    (
        "a relative import made absolute",
        *stage("from .a import f\ndef work(out): f()\n", "from toy.a import f\ndef work(out): f()\n", a=F),
    ),
    (
        "a star import made explicit",
        *stage("from toy.a import *\ndef work(out): f()\n", "from toy.a import f\ndef work(out): f()\n", a=F),
    ),
    (
        "a re-export made direct",
        *stage(
            "from toy.b import g\ndef work(out): g()\n",
            "from toy.a import f\ndef work(out): f()\n",
            a=F,
            b="from toy.a import f as g\n",
        ),
    ),
    (
        "TYPE_CHECKING",
        *stage(
            "from typing import TYPE_CHECKING\ndef work(out): 0\n",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n from toy.a import f\n print(1)\ndef work(out): 0\n",
            a="print(1)\n",
        ),
    ),
    ("the engine's decorator", *stage("def work(out): return 1\n", ENGINE.format("stage", "stage(libraries=('x',))"))),
    (
        "an alias of the engine's decorator",
        *stage(ENGINE.format("stage", "stage()"), ENGINE.format("stage as s", "s()")),
    ),
    (
        "a pure decorator elsewhere",
        *other(
            "import toy.a\ndef work(out): 0\n",
            "import functools\n@functools.cache\ndef f(): 0 == 1\n",
            "import functools\n@functools.cache\ndef f(): 0 == 2\n",
        ),
    ),
    (
        "a subclass that nobody asks for",
        *other(
            "import toy.a\ndef work(out): 0\n", "class B: 0\nclass C(B): x = 1\n", "class B: 0\nclass C(B): x = 2\n"
        ),
    ),
    ("a syntax error elsewhere", *other("def work(out): 0\n", "", "def f(:\n")),
    (
        "__name__ of a class",
        {"toy/stages.py": CALL, "toy/a.py": "def f(): return int.__name__\n"},
        {
            "toy/stages.py": CALL.replace("toy.a", "toy.b"),
            "toy/b.py": "def f(): return int.__name__\n",
            "toy/a.py": None,
        },
    ),
    (
        "a file that no string names",
        {"toy/stages.py": "def work(out): 'page.txt'\n", "toy/page.txt": "1"},
        {"toy/page.txt": "2"},
    ),
    (
        "TYPE_CHECKING in a function",
        *stage(
            "import typing as t\ndef work(out): 0\n",
            "import typing as t\ndef work(out):\n if t.TYPE_CHECKING: import toy.a\n",
            a="print(1)\n",
        ),
    ),
    (
        "an unreached definition beside __getattr__",
        *other(
            "from toy import a\ndef work(out): a.x\n",
            "def __getattr__(n): 0\ndef f(): 0 == 1\n",
            "def __getattr__(n): 0\ndef f(): 0 == 2\n",
        ),
    ),
    (
        "an unreached conditional definition",
        *other(
            "import toy.a\ndef work(out): 0\n",
            "try:\n import x\nexcept ImportError:\n x = 1\n",
            "try:\n import x\nexcept ImportError:\n x = 2\n",
        ),
    ),
    *(
        (f"{text} elsewhere", *other("import toy.a\ndef work(out): 0\n", PURE.format(1, text), PURE.format(2, text)))
        for text in PURE_STATEMENTS
    ),
    (
        "a file that is named elsewhere",
        {"toy/stages.py": "def work(out): return 'w'\n", "toy/d/w": "1"},
        {"toy/d/w": "2"},
    ),
]
