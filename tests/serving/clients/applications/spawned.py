import multiprocessing
import runpy
import sys


def ask(name):
    runpy.run_path(name)


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(1) as pool:
            pool.map(ask, ["by_urllib3.py", "by_http_client.py"])
