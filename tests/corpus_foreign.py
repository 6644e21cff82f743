"""Stand-ins for all that is foreign to an application: whatever is asked of them, they go along."""

import importlib
import importlib.abc
import importlib.util
import re
import sys
import types

import corpus_world

_STANDARD_BUT_FOREIGN = {"tkinter", "smtplib", "sqlite3", "socket", "http", "cgi"}
_REAL = {"chameleonapi", "yaml", "attr", "six", "numpy", "pandas", "pyarrow"}
_CLIENTS = re.compile(
    r"google\.cloud\.(vision|language)(_v\w+)?|urllib\.request|googleapiclient\.discovery"
    r"|google\.protobuf\.json_format"
)


class Base:
    """What a class gets that derives from something foreign."""

    def __init__(self, *_a, **_k):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Ghost(f"self.{name}")

    def start(self):  # a thread
        self.run()


class Ghost:
    """Anything foreign; calls of it after the API call are effects."""

    def __init__(self, path="ghost", **fields):
        self.__dict__.update(fields, _path=path)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = (
            type(name, (Foreign,), {})
            if name.endswith(("Error", "Exception"))
            else Ghost(f"{self._path}.{name}")
        )
        self.__dict__[name] = made
        return made

    def __call__(self, *arguments, **named):
        if len(arguments) == 1 and not named and isinstance(arguments[0], types.FunctionType):
            return arguments[0]  # a decorator
        corpus_world.WORLD.note("call", self._path, (*arguments, named) if named else arguments)
        fields = {k: v for k, v in named.items() if k != "path"}
        return Ghost(f"{self._path}()", **fields)

    def __mro_entries__(self, bases):
        return (Base,)

    def __iter__(self):
        return iter((Ghost(f"{self._path}[0]"), Ghost(f"{self._path}[1]")))

    def __getitem__(self, key):
        if key == "body":
            return "text"
        return Ghost(f"{self._path}[]")

    def __setitem__(self, key, value):
        corpus_world.WORLD.note("store", self._path, (value,))

    def __contains__(self, item):
        return True

    def __len__(self):
        return 1

    def __int__(self):
        return 1

    __index__ = __int__

    def __bool__(self):
        return True

    def __and__(self, other):
        return Ghost()

    def __str__(self):
        return "ghost"

    def __fspath__(self):
        return "ghost"

    def __enter__(self):
        return self

    def __exit__(self, *_a):
        return False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_a):
        return False

    def __await__(self):
        async def done():
            return self

        return done().__await__()


class Foreign(Exception):
    def __init__(self, *arguments, **_named):
        super().__init__(*arguments)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes a module for every foreign name; ``specials`` returns what is more in it than that."""

    def __init__(self, own, specials):
        self.own = own
        self.specials = specials

    def find_spec(self, name, path=None, target=None):
        top = name.split(".", 1)[0]
        if top in self.own or top in _REAL:
            return None
        if (
            top in sys.stdlib_module_names
            and top not in _STANDARD_BUT_FOREIGN
            and name != "urllib.request"
        ):
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec):
        return _module(spec.name, self.specials(spec.name))

    def exec_module(self, module):
        pass


def _module(name, special):
    module = types.ModuleType(name)
    module.__path__ = []
    ghost = Ghost(name)

    def found(key):
        if key in special:
            return special[key]
        if _CLIENTS.fullmatch(f"{name}.{key}"):
            return importlib.import_module(f"{name}.{key}")
        return getattr(ghost, key)

    module.__getattr__ = found
    module.__all__ = list(special)
    return module
