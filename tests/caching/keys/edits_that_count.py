"""Edits of a tiny project that must change the key of its stage `work` in toy/stages.py.

Each is (name, files before, files after); a file that is not named in the latter stays as it was.
"""

TWO = {"toy/a.py": "def f(): return 1\n", "toy/b.py": "def f(): return 2\n"}


def stage(before, after, **others):
    """An edit of the module of the stage alone."""
    others = {f"toy/{name}.py": text for name, text in others.items()}
    return {"toy/stages.py": before, **others}, {"toy/stages.py": after}


def other(stages, before, after, **others):
    """An edit of toy/a.py, in a project with this module of the stage."""
    others = {f"toy/{name}.py": text for name, text in others.items()}
    return {"toy/stages.py": stages, "toy/a.py": before, **others}, {"toy/a.py": after}


def body(before, after, head="", **others):
    """An edit of the stage's one line."""
    return stage(f"{head}\ndef work(out): {before}\n", f"{head}\ndef work(out): {after}\n", **others)


CALL = "from toy.a import f\ndef work(out): return f()\n"
WHOLE = "from toy import a\ndef work(out, name): return getattr(a, name)()\n"
LATE = "def work(out):\n    import toy.a\n"
BOTH = "from toy import a, b\n"
REGISTERED = "import toy.a, toy.r\ndef work(out): return 0\n"
HANDLER = "import functools, yaml\nfrom toy.r import H, reg, registry\ndef handler(): return {}\n"
REGISTRATIONS = {
    "an assigned call of a method": "_ = H.setdefault('a', handler)\n",
    "an assigned call": "impl = reg(handler)\n",
    "an annotated assignment": "impl: int = reg(handler)\n",
    "a loop's header": "for _ in map(reg, [handler]): pass\n",
    "a condition": "if reg(handler): pass\n",
    "a context": "with reg(handler): pass\n",
    "a comprehension": "x = [reg(f) for f in [handler]]\n",
    "a key of sorted": "x = sorted([handler], key=reg)\n",
    "a lambda that is called": "x = sorted([handler], key=lambda f: reg(f))\n",
    "a class attribute": "class P: x = reg(handler)\n",
    "a default": "def o(x=reg(handler)): 0\n",
    "a keyword-only default of a method": "class P:\n def o(self, *, x=reg(handler)): 0\n",
    "a decorator of a method": "class P:\n @reg\n def o(self): return handler()\n",
    "functools.partial": "@functools.partial(reg, 'a')\ndef o(): handler()\n",
    "an argument of a pure decorator": "@functools.lru_cache(reg(handler))\ndef o(): 0\n",
    "an object's getter": "@registry.getter\ndef o(): handler()\n",
    "an object's setter in a class": "class P:\n @registry.setter\n def o(self): handler()\n",
    "a setter of no property": "class P:\n x = registry\n @x.setter\n def o(self): handler()\n",
    "an outside base": "class P(yaml.YAMLObject): x = handler\n",
    "a base that is called": "class P(reg(handler)): 0\n",
}

EDITS_THAT_COUNT = [
    ("the stage itself", *body("return 1", "return 2")),
    ("a helper in another module", *other(CALL, "def f(): return 1\n", "def f(): return 2\n")),
    ("a helper's helper", *other(CALL, "def f(): return g()\ndef g(): 1+1\n", "def f(): return g()\ndef g(): 1+2\n")),
    (
        "what an outside import means",
        *stage(
            "from math import floor as r\ndef work(out): return r(.5)\n",
            "from math import ceil as r\ndef work(out): return r(.5)\n",
        ),
    ),
    ("1 is not 1.0", *body("return 1", "return 1.0")),
    ("1 is not True", *body("return 1", "return True")),
    ("0.0 is not -0.0", *body("return 0.0", "return -0.0")),
    ("text is not bytes", *body("return 'a'", "return b'a'")),
    ("placeholders in a dictionary", *body("return {**a, k: b}", "return {k: a, **b}")),
    ("keyword-only defaults", *stage("def work(out, *, a, b=1): 0\n", "def work(out, *, a=1, b): 0\n")),
    ("a default", *stage("def work(out, a=1): 0\n", "def work(out, a=2): 0\n")),
    (
        "a helper's decorator",
        *stage(
            "import functools\n@functools.cache\ndef g(): 0\ndef work(out): g()\n",
            "import functools\n@functools.lru_cache\ndef g(): 0\ndef work(out): g()\n",
        ),
    ),
    (
        "another library",
        *stage(
            "import json\ndef work(out): json.loads('1')\n", "import ujson as json\ndef work(out): json.loads('1')\n"
        ),
    ),
    (
        "another project module by the same name",
        *stage(
            "from toy.a import f\ndef work(out): return f()\n",
            "from toy.b import f\ndef work(out): return f()\n",
            a="def f(): return 1\n",
            b="def f(): return 2\n",
        ),
    ),
    (
        "two targets swapped",
        *body("return a.f() - b.f()", "return b.f() - a.f()", BOTH, a=TWO["toy/a.py"], b=TWO["toy/b.py"]),
    ),
    (
        "aliases swapped",
        *stage(
            "from toy import a as x, b as y\ndef work(out): return x.f() - y.f()\n",
            "from toy import b as x, a as y\ndef work(out): return x.f() - y.f()\n",
            a=TWO["toy/a.py"],
            b=TWO["toy/b.py"],
        ),
    ),
    (
        "which of two equal lists",
        *body("a.l.append(1); return a.l", "a.l.append(1); return b.l", BOTH, a="l = []\n", b="l = []\n"),
    ),
    (
        "which of two names of one statement",
        *stage("A, B = 1, 2\ndef work(out): return A - B\n", "A, B = 1, 2\ndef work(out): return B - A\n"),
    ),
    (
        "mutual recursion",
        *other(
            CALL, "def f(): return g()\ndef g(): return f() or 1\n", "def f(): return g()\ndef g(): return f() or 2\n"
        ),
    ),
    ("a star import", *other("from toy.a import *\ndef work(out): return f()\n", TWO["toy/a.py"], TWO["toy/b.py"])),
    (
        "a star import's __all__",
        *other(
            "from toy.b import *\nfrom toy.a import *\ndef work(out): return f()\n",
            "__all__ = ['f']\ndef f(): 0 == 1\n",
            "__all__ = []\ndef f(): 0 == 1\n",
            b="def f(): 0 == 2\n",
        ),
    ),
    (
        "an outside star import",
        *stage("from math import *\ndef work(out): sin(1)\n", "from cmath import *\ndef work(out): sin(1)\n"),
    ),
    (
        "a re-export two levels up",
        {
            "toy/__init__.py": "from .sub import f",
            "toy/sub/__init__.py": "from .deep import f",
            "toy/sub/deep.py": TWO["toy/a.py"],
            "toy/stages.py": "from toy import f\ndef work(out): f()\n",
        },
        {"toy/sub/deep.py": TWO["toy/b.py"]},
    ),
    ("a relative import", *other("from .a import f\ndef work(out): return f()\n", TWO["toy/a.py"], TWO["toy/b.py"])),
    (
        "a conditional import",
        *stage(
            "try:\n from json import a as f\nexcept ImportError:\n from toy.a import f\ndef work(out): f()\n",
            "try:\n from toy.a import f\nexcept ImportError:\n from json import a as f\ndef work(out): f()\n",
            a=TWO["toy/a.py"],
        ),
    ),
    (
        "the second choice of an import",
        *other(
            "try:\n from fast import f\nexcept ImportError:\n from toy.a import f\ndef work(out): f()\n",
            TWO["toy/a.py"],
            TWO["toy/b.py"],
        ),
    ),
    (
        "the condition of a definition",
        *stage(
            "import sys\nif sys.maxsize > 1:\n X = 1\nelse:\n X = 2\ndef work(out): return X\n",
            "import sys\nif sys.maxsize > 2:\n X = 1\nelse:\n X = 2\ndef work(out): return X\n",
        ),
    ),
    (
        "a branch of a conditional import",
        *stage(
            "if 1 > 0:\n from toy import a as x\nelif 2 > 0: pass\nelse:\n"
            " from toy import b as x\ndef work(out): x.f()\n",
            "if 1 > 0:\n from toy import a as x\nelif 2 > 0:\n from toy import b as x\ndef work(out): x.f()\n",
            a=TWO["toy/a.py"],
            b=TWO["toy/b.py"],
        ),
    ),
    (
        "branches of a late import",
        *stage(
            "def work(out):\n if out:\n  from toy.a import f as x\n else:\n  from toy.a import g as y\n x() or y()\n",
            "def work(out):\n if out:\n  from toy.a import g as y\n else:\n  from toy.a import f as x\n x() or y()\n",
            a="def f(): 0 == 1\ndef g(): 0 == 2\n",
        ),
    ),
    (
        "a name bound by a loop",
        *stage("for X in (1, 2): pass\ndef work(out): return X\n", "for X in (1, 3): pass\ndef work(out): return X\n"),
    ),
    (
        "a name bound by with",
        *stage(
            "with open('x') as X: pass\ndef work(out): return X\n",
            "with open('y') as X: pass\ndef work(out): return X\n",
        ),
    ),
    (
        "a name bound by match",
        *stage(
            "match 1:\n case X: pass\ndef work(out): return X\n", "match 2:\n case X: pass\ndef work(out): return X\n"
        ),
    ),
    (
        "a name bound by while",
        *stage(
            "while not (X := 1): pass\ndef work(out): return X\n", "while not (X := 2): pass\ndef work(out): return X\n"
        ),
    ),
    (
        "an import in a class body",
        *other("class C:\n from toy.a import f\ndef work(out): C.f()\n", TWO["toy/a.py"], TWO["toy/b.py"]),
    ),
    ("a late import", *other("def work(out):\n from toy.a import f\n return f()\n", TWO["toy/a.py"], TWO["toy/b.py"])),
    ("a late import of a submodule", *other(f"{LATE}    return toy.a.f()\n", TWO["toy/a.py"], TWO["toy/b.py"])),
    (
        "a nested function",
        *stage(
            "X = 1\ndef work(out): return (lambda: [X for _ in out])()\n",
            "X = 2\ndef work(out): return (lambda: [X for _ in out])()\n",
        ),
    ),
    (
        "a base class",
        *other("from toy.a import B\nclass C(B): pass\ndef work(out): C()\n", "class B: x = 1\n", "class B: x = 2\n"),
    ),
    (
        "a metaclass",
        *other(
            "from toy.a import M\nclass C(metaclass=M): pass\ndef work(out): C()\n",
            "class M(type): x = 1\n",
            "class M(type): x = 2\n",
        ),
    ),
    (
        "an annotated field",
        *stage("class C:\n x: int = 1\ndef work(out): C()\n", "class C:\n x: str = 1\ndef work(out): C()\n"),
    ),
    (
        "the class of an annotated field",
        *other("from toy.a import N\nclass C:\n x: 'N'\ndef work(out): C()\n", "class N: x = 1\n", "class N: x = 2\n"),
    ),
    ("a constant added to", *stage("X = 1\nX += 1\ndef work(out): X\n", "X = 1\nX += 2\ndef work(out): X\n")),
    ("an annotated constant", *stage("X: int = 1\ndef work(out): X\n", "X: int = 2\ndef work(out): X\n")),
    ("a walrus", *stage("Y = [X := 1]\ndef work(out): X\n", "Y = [X := 2]\ndef work(out): X\n")),
    (
        "an order of definitions of one name",
        *stage("X = 1\nX = 2\ndef work(out): X\n", "X = 2\nX = 1\ndef work(out): X\n"),
    ),
    (
        "a value taken before another",
        *stage("X = 1\nY = X\nX = 2\ndef work(out): Y\n", "X = 1\nX = 2\nY = X\ndef work(out): Y\n"),
    ),
    (
        "a length taken before a change",
        *stage(
            "X = []\nY = len(X)\nX.append(1)\ndef work(out): Y\n", "X = []\nX.append(1)\nY = len(X)\ndef work(out): Y\n"
        ),
    ),
    ("a deleted name", *stage("X = 1\ndef work(out): X\n", "X = 1\ndel X\ndef work(out): X\n")),
    (
        "a global that only a function sets",
        *stage(
            "def g():\n global X\n X = 1\ndef work(out): return X\n",
            "def g():\n global X\n X = 2\ndef work(out): return X\n",
        ),
    ),
    (
        "a module's __getattr__",
        *other(
            "from toy import a\ndef work(out): a.x\n",
            "def __getattr__(n): return 1\n",
            "def __getattr__(n): return 2\n",
        ),
    ),
    ("a module named by a string", *other("P = 'toy.a'\ndef work(out): P\n", TWO["toy/a.py"], TWO["toy/b.py"])),
    (
        "an attribute named by a string",
        *other(
            "def work(out): 'toy.a:f'\ndef g(): 0\n".replace("out): ", "out): return "),
            TWO["toy/a.py"],
            TWO["toy/b.py"],
        ),
    ),
    (
        "import_module",
        *other(
            "from importlib import import_module\ndef work(out): import_module('.a', 'toy').f()\n",
            TWO["toy/a.py"],
            TWO["toy/b.py"],
        ),
    ),
    (
        "__import__ of a package",
        {"toy/stages.py": "def work(out): __import__('plug').f()\n", "plug.py": TWO["toy/a.py"]},
        {"plug.py": TWO["toy/b.py"]},
    ),
    (
        "another module for import_module",
        *body(
            "import_module('toy.a').f()",
            "import_module('toy.b').f()",
            "from importlib import import_module",
            a=TWO["toy/a.py"],
            b=TWO["toy/b.py"],
        ),
    ),
    ("a module as a value", *other(WHOLE, TWO["toy/a.py"], TWO["toy/b.py"])),
    ("what a module as a value imports", *other(WHOLE, "from math import floor\n", "from math import ceil as floor\n")),
    (
        "a module that a package as a value holds",
        {
            "toy/p/__init__.py": "",
            "toy/p/x.py": TWO["toy/a.py"],
            "toy/stages.py": "from toy import p\nimport pkgutil\ndef work(out): pkgutil.iter_modules(p.__path__)\n",
        },
        {"toy/p/x.py": TWO["toy/b.py"]},
    ),
    ("what an import does", *other("import toy.a\ndef work(out): 0\n", "print(1)\n", "print(2)\n")),
    (
        "what an import of an import does",
        *other("import toy.b\ndef work(out): 0\n", "print(1)\n", "print(2)\n", b="import toy.a\n"),
    ),
    (
        "what a package above does",
        {"toy/__init__.py": "print(1)", "toy/stages.py": "def work(out): 0\n"},
        {"toy/__init__.py": "print(2)"},
    ),
    ("what a late import does", *other("def work(out):\n import toy.a\n", "print(1)\n", "print(2)\n")),
    ("an entry in a table", *other("import toy.a\ndef work(out): 0\n", "T = {}\nT[1] = 1\n", "T = {}\nT[1] = 2\n")),
    (
        "a function in a registry",
        *other(
            "import toy.a\nfrom toy.b import R\ndef work(out): R\n",
            "from toy.b import reg\n@reg\ndef f(): return 1\n",
            "from toy.b import reg\n@reg\ndef f(): return 2\n",
            b="R = []\ndef reg(f): R.append(f)\n",
        ),
    ),
    (
        "another kind for singledispatch",
        *stage(
            "import functools\n@functools.singledispatch\ndef g(x): 0\n@g.register\n"
            "def _(x: int): return 1\ndef work(out): g(out)\n",
            "import functools\n@functools.singledispatch\ndef g(x): 0\n"
            "@g.register\ndef _(x: str): return 1\ndef work(out): g(out)\n",
        ),
    ),
    (
        "a subclass that registers",
        *other(
            "import toy.a\ndef work(out): 0\n",
            "from toy.b import B\nclass C(B): x = 1\n",
            "from toy.b import B\nclass C(B): x = 2\n",
            b="class B:\n def __init_subclass__(cls): 0\n",
        ),
    ),
    (
        "a subclass that is asked for",
        *other(
            "import toy.a\nfrom toy.b import B\ndef work(out): B.__subclasses__()\n",
            "from toy.b import B\nclass C(B): x = 1\n",
            "from toy.b import B\nclass C(B): x = 2\n",
            b="class B: pass\n",
        ),
    ),
    (
        "a docstring that is read",
        *stage("def g():\n 'a'\ndef work(out): g.__doc__\n", "def g():\n 'b'\ndef work(out): g.__doc__\n"),
    ),
    (
        "annotations that are read",
        *stage(
            "import typing as t\ndef g(x: int): 0\ndef work(out): t.get_type_hints(g)\n",
            "import typing as t\ndef g(x: str): 0\ndef work(out): t.get_type_hints(g)\n",
        ),
    ),
    (
        "a module's name that is read",
        {"toy/stages.py": CALL, "toy/a.py": "def f(): return __name__\n", "toy/b.py": ""},
        {"toy/stages.py": CALL.replace("toy.a", "toy.b"), "toy/b.py": "def f(): return __name__\n"},
    ),
    (
        "else of TYPE_CHECKING",
        *stage(
            "import typing\nif typing.TYPE_CHECKING:\n X = 0\nelse:\n X = 1\ndef work(out): X\n",
            "import typing\nif typing.TYPE_CHECKING:\n X = 0\nelse:\n X = 2\ndef work(out): X\n",
        ),
    ),
    ("a data file", {"toy/stages.py": "def work(out): open('page.txt')\n", "toy/page.txt": "1"}, {"toy/page.txt": "2"}),
    (
        "a data file in a folder",
        {"toy/stages.py": "def work(out): open('t/page.html')\n", "toy/t/page.html": "1"},
        {"toy/t/page.html": "2"},
    ),
    (
        "a decorator named stage that is not the engine's",
        *stage(
            "def stage(f): return f\n@stage\ndef work(out): 0\n", "def stage(f): return 1\n@stage\ndef work(out): 0\n"
        ),
    ),
    (
        "another top-level package",
        {"toy/stages.py": "from lib.x import f\ndef work(out): f()\n", "lib/x.py": TWO["toy/a.py"]},
        {"lib/x.py": TWO["toy/b.py"]},
    ),
    ("a comma in a text", *body("return ['a', 'b']", "return ['a,b']")),
    (
        "which parameter, both named like equal imports",
        *body("0", "0").__class__(
            (
                {
                    "toy/stages.py": "from toy.a import x as p\nfrom toy.b import x as q\ndef work(p, q): return p\n",
                    "toy/a.py": "x = 1\n",
                    "toy/b.py": "x = 1\n",
                },
                {"toy/stages.py": "from toy.a import x as p\nfrom toy.b import x as q\ndef work(p, q): return q\n"},
            )
        ),
    ),
    (
        "which of two equal lists, in a helper",
        *stage(
            "from toy import a, b\ndef f(): a.l.append(1)\ndef g(): a.l\ndef work(out): a.l, b.l, f(), g()\n",
            "from toy import a, b\ndef f(): a.l.append(1)\ndef g(): b.l\ndef work(out): a.l, b.l, f(), g()\n",
            a="l = []\n",
            b="l = []\n",
        ),
    ),
    (
        "which of two equal lists an import changes",
        {
            "toy/stages.py": "import toy.c\nfrom toy import a, b\ndef work(out): return a.l, b.l\n",
            "toy/a.py": "l = []\n",
            "toy/b.py": "l = []\n",
            "toy/c.py": "from toy import a\na.l.append(1)\n",
        },
        {"toy/c.py": "from toy import b\nb.l.append(1)\n"},
    ),
    (
        "a relative import two levels up",
        {
            "toy/stages.py": "from toy.s.x import f\ndef work(out): f()\n",
            "toy/s/__init__.py": "",
            "toy/s/x.py": "from ..a import f\n",
            **TWO,
        },
        {"toy/a.py": "def f(): return 3\n"},
    ),
    ("a block that acts", *other("import toy.a\ndef work(out): 0\n", "if 1:\n print(1)\n", "if 1:\n print(2)\n")),
    (
        "an entry of a module set from outside",
        *other("from toy import a\na.X = 1\ndef work(out): 0\n", "X = 1\n", "X = 1\nprint()\n"),
    ),
    (
        "a value set in another module",
        *stage(
            "from toy import a\na.X = 1\ndef work(out): a.X\n",
            "from toy import a\na.X = 2\ndef work(out): a.X\n",
            a="X = 0\n",
        ),
    ),
    (
        "a class body that acts",
        *other("import toy.a\ndef work(out): 0\n", "class C:\n print(1)\n", "class C:\n print(2)\n"),
    ),
    (
        "a decorator's argument",
        *stage(
            "X = 1\ndef d(x): return lambda f: f\n@d(X)\ndef work(out): 0\n",
            "X = 2\ndef d(x): return lambda f: f\n@d(X)\ndef work(out): 0\n",
        ),
    ),
    ("a constant that is a default", *stage("X = 1\ndef work(out, x=X): 0\n", "X = 2\ndef work(out, x=X): 0\n")),
    (
        "libraries of a late import swapped",
        {"toy/stages.py": "def work(out):\n if out: import json as j\n else: import ujson as j\n j.loads()\n"},
        {"toy/stages.py": "def work(out):\n if out: import ujson as j\n else: import json as j\n j.loads()\n"},
    ),
    ("an operator", *body("return 1 < 2", "return 1 <= 2")),
    ("a keyword's name", *body("f(a=1)", "f(b=1)")),
    ("one star or two", *body("f(*a)", "f(**a)")),
    ("bounds of a slice", *body("return a[1:]", "return a[:1]")),
    ("a format", *body("return f'{a:>3}'", "return f'{a:>4}'")),
    ("a conversion", *body("return f'{a!r}'", "return f'{a!s}'")),
    ("a positional-only parameter", *stage("def work(out, /, a): 0\n", "def work(out, a, /): 0\n")),
    ("which parameter is returned", *stage("def work(a, b): return a\n", "def work(a, b): return b\n")),
    (
        "which parameter, both named like constants",
        *stage("a = b = 1\ndef work(a, b): return a\n", "a = b = 1\ndef work(a, b): return b\n"),
    ),
    (
        "an exception",
        {"toy/stages.py": "def work(out):\n try: f()\n except KeyError: 0\n"},
        {"toy/stages.py": "def work(out):\n try: f()\n except ValueError: 0\n"},
    ),
    (
        "async",
        *stage(
            "async def work(out): return [x async for x in out]\n", "async def work(out): return [x for x in out]\n"
        ),
    ),
    (
        "a star import of a circle",
        *other(
            "from toy.a import *\ndef work(out): return f()\n",
            "from toy.b import *\n",
            "from toy.b import *\ndef f(): return 2\n",
            b="from toy.a import *\ndef f(): return 1\n",
        ),
    ),
    (
        "which of two star imports comes last",
        *stage(
            "from toy.a import *\nfrom toy.b import *\ndef work(out): f()\n",
            "from toy.b import *\nfrom toy.a import *\ndef work(out): f()\n",
            a=TWO["toy/a.py"],
            b=TWO["toy/b.py"],
        ),
    ),
    (
        "a module's docstring that is read",
        *stage("'a'\ndef work(out): return __doc__\n", "'b'\ndef work(out): return __doc__\n"),
    ),
    (
        "code that is inspected",
        *stage(
            "import inspect\ndef g(x: int): 0\ndef work(out): inspect.signature(g)\n",
            "import inspect\ndef g(x: str): 0\ndef work(out): inspect.signature(g)\n",
        ),
    ),
    (
        "what stands for a module as a value",
        *stage(
            "from toy import a as m\ndef work(out): x = m; x.f()\n",
            "from toy import b as m\ndef work(out): x = m; x.f()\n",
            a=TWO["toy/a.py"],
            b=TWO["toy/b.py"],
        ),
    ),
    (
        "globals",
        *stage(
            "def g(): return 1\ndef work(out): globals()['g']()\n",
            "def g(): return 2\ndef work(out): globals()['g']()\n",
        ),
    ),
    (
        "an error when a library lacks",
        *stage(
            "try:\n import fast\n HAS = 1\nexcept ImportError: HAS = 0\ndef work(out): HAS\n",
            "try:\n import slow\n HAS = 1\nexcept ImportError: HAS = 0\ndef work(out): HAS\n",
        ),
    ),
    (
        "a data file that a constant names",
        {
            "toy/stages.py": "from toy.s.a import P\ndef work(out): P\n",
            "toy/s/a.py": "P = 'p.txt'\n",
            "toy/s/p.txt": "1",
        },
        {"toy/s/p.txt": "2"},
    ),
    ("code that does not parse", *other("import toy.a\ndef work(out): 0\n", "def f(:\n", "def g(:\n")),
    *(
        (f"a registration by {name}", *other(REGISTERED, HANDLER.format(1) + text, HANDLER.format(2) + text))
        for name, text in REGISTRATIONS.items()
    ),
    (
        "a registration behind a base of the project",
        *other(
            REGISTERED,
            "from toy.b import B\nclass P(B): x = 1\n",
            "from toy.b import B\nclass P(B): x = 2\n",
            b="import yaml\nclass B(yaml.YAMLObject): 0\n",
        ),
    ),
    (
        "a class that registers its instances",
        *other(
            REGISTERED,
            "from toy.b import P\nX = P(1)\n",
            "from toy.b import P\nX = P(2)\n",
            b="ALL = []\nclass P:\n def __init__(self, x): ALL.append(x)\n",
        ),
    ),
    (
        "a data file without a suffix",
        {"toy/stages.py": "def work(out): return open('words')\n", "toy/words": "1"},
        {"toy/words": "2"},
    ),
    (
        "a data file by parts of its path",
        {"toy/stages.py": "def work(out): return out.parent / 'd' / 'e' / 'w.txt'\n", "toy/d/e/w.txt": "1"},
        {"toy/d/e/w.txt": "2"},
    ),
    (
        "a data file in a folder that a constant names",
        {"toy/stages.py": "D = 'd/'\ndef work(out): return open(D + 'w')\n", "toy/d/w": "1"},
        {"toy/d/w": "2"},
    ),
]
