import sys

from shop import Vision
from shop.rules.categories import category
import shop.rules.categories as cats

def run(paths):
    v = Vision()
    for path in paths:
        c = category(v.label_names(path, minimum=0.6))
        print(path, "->", c)

if __name__ == "__main__":
    run(sys.argv[1:])
