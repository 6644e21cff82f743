"""Sorts toys from clothes for a charity shop; the rules live in a module of their own."""

import sys

from detector import Detector
import rules


def main(paths):
    detector = Detector()
    for path in paths:
        print(f"{path}: {rules.shelf_for(detector.labels(path))}")


if __name__ == "__main__":
    main(sys.argv[1:])
