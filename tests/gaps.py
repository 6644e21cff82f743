"""Everything that is not checked, or known to be wrong, with its reason; stale entries fail.

One dictionary for each test that makes exceptions.
"""

# applications of tests/corpus whose record departs from what a person reads (test_corpus.py)
CORPUS_DIFFERS: dict[str, str] = {
    "word_subset": "no label of the built-in vocabulary holds both words; a warning at most says so",
    "echo_faces": "the plural s of a printed text counts as a decision on the number of faces",
}

# applications of tests/corpus that CPython cannot judge (test_corpus.py)
CORPUS_NOT_JUDGED: dict[str, str] = {
    "first_language": "the stand-ins know the clients since 2017 only",
    "inheritance": "one line calls the API once for each target, and the judge follows one call",
    "head_count": "the count that is sent is left out of the record, not of what CPython sends",
    "people_bands": "the count that is printed is left out of the record, not of what CPython prints",
    "picked_sticker": "the stand-ins do not tell one opened image from another",
    "picture_diary": "how often each name was found is left out of the record, not of what CPython prints",
    "kennel_log": "headings of what is listed are left out of the record, not of what CPython prints",
    "sentence_log": "headings of what is listed are left out of the record, not of what CPython prints",
    "face_card": "whether the face smiles is stored as it is: left out of the record, not of what CPython stores",
    "echo_faces": "one outcome differs from another in a letter of a printed text",
    "mood_song": "what is printed is drawn by chance",
    "door_cam": "a label may read like a text that is printed",
    "logo_sheet": "a label may read like a text that is stored",
    "lang_router": "the language that is asked for may be the constant beside it",
    "allergy_card": "constants are shown as parts of a longer text",
    "rek_emotion": "a constant is printed as a part of a longer text",
    "sleepy_driver": "a text with nothing of the answer in it is a constant to the judge",
    "tk_gui": "a stand-in cannot be imported with a star",
    "comprehend_batch": "pandas is not modelled by the stand-ins",
    "discovery_annotate_text": "imports a module that was never published",
    "discovery_language": "raw_input does not exist in Python 3",
    "except_fallback": "a foreign library has to fail before the call",
    "guest_captions": "the stand-ins write data and constants in one text as any text",
    "first_client": "the stand-ins have no client of that age",
    "first_word": "loops over a folder that is not there",
    "http_status": "a handler of the standard library's server",
    "notebook_cells": "a notebook",
    "notebook_pets": "a notebook",
    "picture_search": "the stand-ins write constants within arguments as any text",
    "py2_labels": "Python 2",
    "pydantic_gate": "pydantic is not modelled by the stand-ins",
    "py2_reload": "Python 2",
    "py2_sentiment": "Python 2",
    "py2_tuples": "Python 2",
    "idle_after": "each label is printed, and an empty answer prints none",
    "sqs_worker": "an endless loop",
    "thread_cam": "an endless loop in a thread",
    "unknown_db": "the database decides",
}

# programs of tests/analysis/differential that the engine does not follow (test_differential.py)
# A program that differs must say so, unless its reason begins with SILENT.
DIFFERENTIAL: dict[str, str] = {
    "dataclasses_more": "hash() is unknown",
    "defaultdict_ordereddict_deque_chainmap": "SILENT: a ChainMap is one dictionary, without maps",
    "decimal_and_fractions": "decimal numbers and fractions are unknown",
    "array_module_and_range": "array is not modelled",
    "numbers_methods": "complex numbers have no attributes",
    "type_checks": "the types of functions are unknown",
    "special_methods_by_name": "operators called by the name of their method are unknown",
    "function_attributes_and_introspection": "code objects and annotations are unknown",
    "map_filter_zip": "iter() of a function and an end is unknown",
    "json_round_trip": "the hooks of json are not called",
    "pathlib": "match() and relative_to() are unknown",
    "environment_defaults": "which variables are set is unknown",
    "logging_is_silent": "loggers are unknown",
    "datetime_values": "dates are unknown",
    "argparse_defaults": "arguments that the source itself gives are not parsed",
    "threads_and_queues": "events are unknown",
    "weakref_gc_and_sys": "the interpreter itself is unknown",
    "inspect_and_types": "inspect is not modelled",
    "string_module": "Template is not modelled",
    "html_and_quoting": "urlparse() is unknown",
    "hashing_and_base64": "hashes are unknown",
    "lru_cache_on_answers": "SILENT: for data of the answer a cached function runs again",
    "json_of_answer": "JSON text that is printed is data of the answer as a whole",
    "os_path": "paths of data of the answer are unknown",
    "regular_expression_groups": "groups of a pattern in data of the answer are unknown",
    "regular_expression_replace_by_function": "replacing by a function is not lifted",
}

# random decisions (tests/generator) whose record is right in every style, but not the same one
GENERATED_IN_SEVERAL_FORMS: dict[int, str] = {}

# random decisions whose record differs in some style on a few answers, and says so
GENERATED_DIFFERS: dict[int, str] = {
    10055: "labels beyond the list, cut into words, where every label is asked another question",
}
