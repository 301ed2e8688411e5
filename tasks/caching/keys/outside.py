"""What is known of code outside the project: which calls, decorators and bases have no effect beyond their value."""

import builtins
import re

BUILTIN_NAMES = frozenset(dir(builtins))
PURE_BUILTINS = BUILTIN_NAMES - {
    *("__build_class__", "__import__", "aiter", "anext", "breakpoint", "compile", "delattr", "eval", "exec", "exit"),
    *("help", "input", "iter", "next", "open", "print", "quit", "setattr"),
}

# Methods that change nothing, of builtin values, paths, patterns and the like.
READS = re.compile(
    r"""absolute|as_posix|casefold|copy|count|decode|difference|encode|endswith|expanduser|exists|field|finditer
    |findall|format|format_map|from_bytes|fromhex|fromisoformat|fromkeys|fullmatch|get|glob|group|groups|hex
    |index|intersection|is_dir|is_file|isalnum|isalpha|isascii|isdecimal|isdigit|isidentifier|isspace|issubset
    |issuperset|isupper|items|iterdir|join|joinpath|keys|ljust|lower|lstrip|maketrans|match|partition|read_bytes
    |read_text|relative_to|removeprefix|removesuffix|replace|resolve|rfind|rglob|rjust|rpartition|rsplit|rstrip
    |search|split|splitlines|startswith|strip|symmetric_difference|title|to_bytes|total_seconds|translate|union
    |upper|values|with_name|with_suffix|zfill""",
    re.VERBOSE,
)

PURE_CALLS = re.compile(
    r"""(math|cmath|typing|typing_extensions|collections|datetime|pathlib|unicodedata|ipaddress|hashlib|operator
        |os\.path|string|zoneinfo)\.[\w.]+
    |re\.(compile|escape)|logging\.getLogger|contextvars\.ContextVar|enum\.auto|textwrap\.dedent|uuid\.UUID
    |functools\.(partial|cache)|dataclasses\.(field|fields)|struct\.(Struct|calcsize)|json\.(loads|dumps)
    |itertools\.(chain|chain\.from_iterable|count|cycle|islice|pairwise|product|repeat)
    |types\.(MappingProxyType|SimpleNamespace)|decimal\.Decimal|fractions\.Fraction
    |threading\.(Lock|RLock|Event|Condition|Semaphore|local)|weakref\.Weak\w+|random\.Random
    |time\.(monotonic|time|perf_counter)|os\.(getenv|cpu_count|getpid|environ\.get)
    |contextlib\.(suppress|nullcontext)|warnings\.catch_warnings
    |importlib\.(util\.find_spec|resources\.files|metadata\.version)
    |numpy\.(dtype|array|asarray|arange|zeros|ones|full|linspace|iinfo|finfo|u?int\d+|float\d+)
    |pyarrow\.(schema|field|struct|string|binary|u?int\d+|float\d+|bool_|null|utf8|list_|map_|dictionary|timestamp
        |date\d+|time\d+|duration|decimal\d+|large_\w+|array|scalar)
    |pydantic\.(Field|PrivateAttr|ConfigDict|TypeAdapter|\w+Validator|\w+Serializer)
    |llvmlite\.ir\.\w+Type""",
    re.VERBOSE,
)

PURE_DECORATORS = re.compile(
    r"""functools\.(cache|lru_cache|wraps|cached_property|total_ordering|singledispatch|singledispatchmethod)
    |contextlib\.(contextmanager|asynccontextmanager)|dataclasses\.dataclass|builtins\.(property|staticmethod|classmethod)
    |(typing|typing_extensions|abc|enum)\.\w+
    |pydantic\.(field_validator|model_validator|field_serializer|model_serializer|computed_field)
    |tensorflow\.(function|custom_gradient)|numba\.(jit|njit)""",
    re.VERBOSE,
)

HARMLESS_BASES = re.compile(
    r"""builtins\.\w+|(typing|typing_extensions|abc|enum|collections|collections\.abc|string|threading|ast|logging
        |contextlib|pathlib|json|argparse|socketserver|http\.server|html\.parser)\.\w+
    |pydantic\.BaseModel|keras\.([\w.]+\.)?\w+|tensorflow\.keras\.[\w.]+|torch\.nn\.\w+|llvmlite\.ir\.\w+""",
    re.VERBOSE,
)
