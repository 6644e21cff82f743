"""Reading an application: files, syntax, modules, call sites and entries."""
