"""Thousands of questions at once: sums in one another, keys, variables and words nobody knows."""

from hostile_case import C, P, U, source

FACES = "faces = client.face_detection(image=vision.Image()).face_annotations\ntotal = 0\n"

source("list_extends_itself", "x = [n for n in names]\nwhile len(x) < 10**12:\n    x.extend(x)", U)
source(
    "likelihoods_added_3000_times",
    FACES
    + "for k in range(3000):\n    for f in faces:\n        total += f.joy_likelihood + f.anger_likelihood\nif total > 9000:\n    print('joy')",
    P,
    U,
)
source(
    "likelihoods_of_3000_faces",
    FACES
    + "for i in range(3000):\n    if len(faces) > i:\n        total += faces[i].joy_likelihood\nif total > 90:\n    print('joy')",
    P,
    U,
)
source(
    "sums_of_300_slices",
    FACES
    + "\n".join(
        f"if sum(f.joy_likelihood for f in faces[{i}:]) > {i}:\n    print({i})" for i in range(300)
    ),
    P,
    U,
)
source(
    "unknown_keys_5000",
    "d = json.load(open('c.json'))\nt = 0\nfor i in range(5000):\n    t += d['k%d' % i]\nif t > 3:\n    print('much')",
    P,
    U,
)
source(
    "variables_2000",
    "\n".join(f"if os.environ.get('V{i}') == 'x':\n    print({i})" for i in range(2000)),
    C,
    P,
    U,
)
source(
    "words_of_an_unknown_text_3000",
    f"import sys\ntext, n = input(), 0\nfor w in {[f'word{i}' for i in range(3000)]}:\n    if w in text:\n        n += 1\nif n > 2:\n    sys.exit()",
    C,
    P,
    U,
    before=True,
)
source("brackets_200000", "print('[' * 100000 + ''.join(names) + ']' * 100000)", C, P)
source(
    "text_in_nested_brackets",
    "s = ''.join(names)\nfor i in range(5000):\n    s = '[' + s + ', ' + '{' + ']'\nprint(s)",
    P,
    U,
)
source(
    "rounds_of_open_brackets",
    "s = ''\nfor i in range(30000):\n    s += '<[' + ''.join(names[:1]) + '{'\nprint(s)",
    P,
    U,
)
source(
    "answer_doubled_60_times",
    "s = ', '.join(names)\nfor i in range(60):\n    s = s + ' and ' + s\nprint(s)",
    P,
    U,
)
source("answer_adds_itself", "s = ', '.join(names)\nwhile True:\n    s += s", U)
source(
    "lists_doubled_60_times",
    "x = [names[0] if names else 'x']\nfor i in range(60):\n    x = [x, x]\nprint(x)\ny = str(x)\nz = json.dumps({'a': x})",
    C,
    P,
    U,
)
