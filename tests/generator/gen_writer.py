"""What one rendering of a plan shares: its choices, its constants, its helper functions."""

import json

PLACES = ("inline", "inline", "module", "class", "dict", "json", "imported", "enum")


class Writer:
    """Collects the parts of one application.

    Attributes:
        rng: makes every choice of style.
        place: where lists of words stand.
        head: lines at the top of the module, constants and helpers.
        files: other files of the application, by name.
    """

    def __init__(self, rng, service):
        self.rng = rng
        self.service = service
        self.place = rng.choice(PLACES)
        self.head = []
        self.files = {}
        self.form = "raw"
        self._constants = {}
        self._names = set()

    def pick(self, *options):
        return self.rng.choice(options)

    def fresh(self, *stems):
        """Return a name that is not taken."""
        stem = self.rng.choice(stems)
        made, number = stem, 2
        while made in self._names:
            made, number = f"{stem}{number}", number + 1
        self._names.add(made)
        return made

    # -- constants

    def words(self, words):
        """Return an expression of a tuple or list with these words."""
        if self.place == "inline":
            return self._literal(words)
        if words not in self._constants:
            self._constants[words] = self.fresh("WANTED", "TARGETS", "KEYS", "LIST")
        name = self._constants[words]
        match self.place:
            case "class":
                return f"Config.{name}"
            case "dict":
                return self.pick(f'SETTINGS["{name.lower()}"]', f'SETTINGS.get("{name.lower()}")')
            case "json":
                return f'TABLE["{name.lower()}"]'
            case "imported":
                return f"constants.{name}"
            case "enum":
                return f"Words.{name}.value"
        return name

    def _literal(self, words):
        shown = ", ".join(quoted(one) for one in words)
        return self.pick(f"[{shown}]", f"({shown},)")

    def constant_lines(self):
        """Return the lines that define what ``words`` has named; adds files where they go there."""
        rows = [(name, self._literal(words)) for words, name in self._constants.items()]
        if not rows:
            return []
        match self.place:
            case "class":
                return ["class Config:", *(f"    {name} = {value}" for name, value in rows)]
            case "dict":
                inner = ", ".join(f'"{name.lower()}": {value}' for name, value in rows)
                return [f"SETTINGS = {{{inner}}}"]
            case "json":
                table = {name.lower(): list(words) for words, name in self._constants.items()}
                self.files["table.json"] = json.dumps(table)
                return self.pick(
                    ["import json", 'with open("table.json") as handle:', "    TABLE = json.load(handle)"],
                    ["import json", 'TABLE = json.loads(open("table.json").read())'],
                    ["import json", "from pathlib import Path", 'TABLE = json.loads(Path("table.json").read_text())'],
                )  # fmt: skip
            case "imported":
                self.files["constants.py"] = "".join(f"{name} = {value}\n" for name, value in rows)
                return ["import constants"]
            case "enum":
                return [
                    "from enum import Enum",
                    "class Words(Enum):",
                    *(f"    {name} = {value}" for name, value in rows),
                ]
        return [f"{name} = {value}" for name, value in rows]

    # -- elements

    def name_of(self, row):
        """Return the expression of the name of an element."""
        match self.form:
            case "raw":
                return self.pick(*self.service.name).format(row=row)
            case "name":
                return row
            case "pair":
                return f"{row}[0]"
            case "dict":
                return f'{row}["label"]'
        return f"{row}.label"

    def score_of(self, row):
        """Return the expression of the score of an element, in the provider's unit."""
        match self.form:
            case "raw":
                return self.pick(*self.service.score).format(row=row)
            case "pair":
                return f"{row}[1]"
            case "dict":
                return f'{row}["confidence"]'
        assert self.form == "record"
        return f"{row}.confidence"

    def number(self, value):
        """Return a score in the provider's unit."""
        scaled = round(value * self.service.scale, 4)
        return self.pick(repr(scaled), repr(int(scaled)) if scaled == int(scaled) else repr(scaled))


def quoted(text):
    return json.dumps(text)


def indented(lines, by=1):
    return ["    " * by + one for one in lines]
