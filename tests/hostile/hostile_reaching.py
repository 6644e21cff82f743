"""Reaching for the interpreter."""

from hostile_case import C, P, U, source

source("import_dunder", "__import__('os').system('touch OUTSIDE/touched')", C, P, U)
source("eval_call", "eval(\"__import__('os').system('touch OUTSIDE/touched')\")", C, P, U)
source("exec_call", "exec(\"open('OUTSIDE/touched', 'w')\")", C, P, U)
source("compile_call", "exec(compile(\"open('OUTSIDE/touched', 'w')\", 'x', 'exec'))", C, P, U)
source("os_system", "os.system('touch OUTSIDE/touched')", C, P, U)
source(
    "subprocess_run",
    "import subprocess\nsubprocess.run(['touch', 'OUTSIDE/touched'])\nsubprocess.Popen('x', shell=True)",
    C,
    P,
    U,
)
source("os_remove", "os.remove('OUTSIDE/canary')\nimport shutil\nshutil.rmtree('OUTSIDE')", C, P, U)
source("os_kill", "os.kill(os.getpid(), 9)\nos._exit(3)\nos.abort()", C, P, U)
source(
    "sys_exit_tricks",
    "import atexit\natexit.register(os.remove, 'OUTSIDE/canary')\nimport signal\nsignal.alarm(1)",
    C,
    P,
    U,
)
source("set_recursion_limit", "sys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()", C, P, U)
source(
    "socket_connect",
    "import socket\ns = socket.socket()\ns.connect(('127.0.0.1', 9))\nimport urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')",
    C,
    P,
    U,
)
source(
    "pathlib_write",
    "from pathlib import Path\nPath('OUTSIDE/touched').write_text('x')\nPath('OUTSIDE/canary').unlink()",
    C,
    P,
    U,
)
source(
    "open_write",
    "with open('OUTSIDE/touched', 'w') as f:\n    f.write('x')\nopen('main.py', 'w').write('')",
    C,
    P,
    U,
)
source(
    "getattr_mro",
    "x = ().__class__.__mro__[1].__subclasses__()\nfor c in x:\n    if c.__name__ == 'Popen':\n        c('touch OUTSIDE/touched', shell=True)",
    C,
    P,
    U,
)
source(
    "getattr_globals",
    "f = lambda: 0\ng = getattr(f, '__globals__')\ng['__builtins__'].__import__('os').system('touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "attrgetter_globals",
    "x = operator.attrgetter('__class__.__init__.__globals__')(json)\ny = operator.methodcaller('__subclasses__')(object)",
    C,
    P,
    U,
)
source(
    "attrgetter_engine",
    "x = operator.attrgetter('__func__.__globals__')(client.label_detection)\nx['os'].system('touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "format_attribute",
    "x = '{0.__class__.__mro__[1].__subclasses__}'.format(names)\ny = '{0.__init__.__globals__[os]}'.format(client)\nprint(x, y)",
    C,
    P,
    U,
)
source(
    "format_map_attribute",
    "x = '{a.__class__.__base__}'.format_map({'a': 1})\nif 'object' in x:\n    print('leak')",
    C,
    P,
    U,
)
source(
    "format_custom",
    "class A:\n    def __format__(self, spec):\n        return os.system('touch OUTSIDE/touched')\nx = f'{A()}'",
    C,
    P,
    U,
)
source(
    "code_object",
    "def f():\n    pass\nf.__code__ = compile('import os', 'x', 'exec')\ntype(f)(f.__code__, {})()",
    C,
    P,
    U,
)
source(
    "frames",
    "x = sys._getframe().f_back.f_globals\nx['os'].system('touch OUTSIDE/touched')\ntry:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_globals['x'] = 1",
    C,
    P,
    U,
)
source("gc_objects", "import gc\nfor x in gc.get_objects():\n    x.clear()", C, P, U)
source(
    "ctypes_string",
    "import ctypes\nctypes.string_at(0)\nctypes.CDLL(None).system(b'touch OUTSIDE/touched')",
    C,
    P,
    U,
)
source(
    "pickle_loads",
    "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch OUTSIDE/touched'\\ntR.\")",
    C,
    P,
    U,
)
source(
    "yaml_object",
    "import yaml\nyaml.load('!!python/object/apply:os.system [\"touch OUTSIDE/touched\"]', Loader=yaml.UnsafeLoader)",
    C,
    P,
    U,
)
source(
    "metaclass_effects",
    "class M(type):\n    def __new__(m, n, b, d):\n        os.system('touch OUTSIDE/touched')\n        return type.__new__(m, n, b, d)\nclass A(metaclass=M):\n    pass",
    C,
    P,
    U,
)
source(
    "init_subclass_effects",
    "class A:\n    def __init_subclass__(cls):\n        open('OUTSIDE/touched', 'w')\nclass B(A):\n    pass",
    C,
    P,
    U,
)
source(
    "decorator_effects",
    "def d(f):\n    os.system('touch OUTSIDE/touched')\n    return f\n@d\ndef f():\n    pass",
    C,
    P,
    U,
)
source(
    "class_replaced",
    "class A(list):\n    pass\na = A()\na.__class__ = dict\nnames.__class__ = A\nx = type('B', (A, str), {})()",
    C,
    P,
    U,
)
source(
    "builtins_replaced",
    "import builtins\nbuiltins.len = lambda x: 1 / 0\nbuiltins.open = None\n__builtins__.print = None",
    C,
    P,
    U,
)
source(
    "environment",
    "x = os.environ\nos.environ['PATH'] = ''\nos.putenv('LD_PRELOAD', 'x')\nif 'HOME' in x and x['HOME'].startswith('/'):\n    print('leak')",
    C,
    P,
    U,
)
source(
    "del_and_gc",
    "class A:\n    def __del__(self):\n        open('OUTSIDE/touched', 'w')\nfor i in range(100):\n    A()",
    C,
    P,
    U,
)
source(
    "importlib_anything",
    "import importlib\nm = importlib.import_module('antigravity')\nimportlib.reload(sys)\nn = __import__('this')",
    C,
    P,
    U,
)
source(
    "sys_modules",
    "sys.modules['os'].system('touch OUTSIDE/touched')\nsys.modules.clear()\nsys.path.insert(0, 'OUTSIDE')\nimport canary_module",
    C,
    P,
    U,
)
source(
    "chameleon_internals",
    "import chameleonapi.analysis.engine.machine as m\nm.Machine.tick = None\nimport chameleonapi\nchameleonapi.__path__.clear()",
    C,
    P,
    U,
)
source(
    "hostile_str_subclass",
    "class S(str):\n    def __eq__(self, o):\n        while True:\n            pass\n    def __hash__(self):\n        return 1\nx = S('Dog') == 'Dog'",
    P,
    U,
    C,
)
source(
    "hostile_bool",
    "class A:\n    def __bool__(self):\n        return not self\nif A():\n    pass",
    C,
    P,
    U,
)
source(
    "hostile_iter",
    "class A:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return self\nx = list(A())",
    P,
    U,
)
source(
    "hostile_len",
    "class A:\n    def __len__(self):\n        return 10**30\nx = len(A())\nfor i in range(len(A())):\n    pass",
    P,
    U,
    C,
)
source(
    "hostile_index",
    "class A:\n    def __index__(self):\n        return 10**12\nx = [0] * A()",
    C,
    P,
    U,
)
source(
    "hostile_key",
    "x = sorted(names, key=lambda n: 10 ** 10 ** 9)\ny = max(range(10**12), key=str)",
    P,
    U,
)
