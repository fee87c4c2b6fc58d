"""The house rules as functions over text: each gives the list of faults it found, empty if there are none."""
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """What a C++ file includes, as ('<' or '"', path)."""
    return INCLUDE.findall(text)


def served_domains(cmake):
    """The domains that src/CMakeLists.txt lists."""
    return re.search(r"^set\(domains ([\w ]+)\)$", cmake, re.MULTILINE).group(1).split()


def is_of(domains, path):
    """Whether a path of the repository, as text, belongs to one of these domains: its IDL, code, tests or golden bytes."""
    top, _, rest = path.partition("/")
    if top not in ("src", "idl", "tests"):
        return False
    return rest.split("/")[0] in domains or any(path == f"tests/golden/{domain}.golden" for domain in domains)


def dependence_table(architecture, domains):
    """{folder: (folders it may include, libraries only it may include)} from ARCHITECTURE.md's table of src/, where one row
    stands for every domain."""
    table = {}
    for line in architecture.splitlines():
        row = re.fullmatch(r"\| `src/(\w+|<domain>)/` \|[^|]*\|([^|]*)\|([^|]*)\|", line.strip())
        if row:
            name, uses, libraries = row.groups()
            for folder in domains if name == "<domain>" else [name]:
                table[folder] = (re.findall(r"\w+", uses), re.findall(r"`([^`]+)`", libraries))
    words = {"everybody": list(table), "nobody": []}
    return {folder: (words.get(" ".join(uses), uses), libraries) for folder, (uses, libraries) in table.items()}


def upward_includes(folder, text, table):
    """Includes of a folder of src/ that the table does not grant. A folder may always include itself."""
    granted = {folder, *table[folder][0]}
    return [f"{folder} includes {path}"
            for _, path in includes(text)
            if path.split("/")[0] in table and path.split("/")[0] not in granted]


def foreign_libraries(folder, text, table):
    """Includes of a library that the table grants to other folders only."""
    owners = {}
    for owner, (_, libraries) in table.items():
        for library in libraries:
            owners.setdefault(library, set()).add(owner)
    return [f"{folder} includes {path}"
            for _, path in includes(text)
            for library, granted in owners.items()
            if path.startswith(library) and folder not in granted]


def upward_links(folder, cmake, table):
    """Targets of src/ that a folder's CMakeLists.txt links and the table does not grant."""
    granted = {folder, *table[folder][0]}
    linked = re.findall(r"\bweir_(\w+)", re.sub(r"#.*", "", cmake))
    return [f"{folder} links weir_{name}" for name in linked if name in table and name not in granted]


def impurities(text):
    """What a domain must not know: the clock, chance, input and output, threads, HTTP, JSON, storage."""
    faults = [f"includes {path}" for _, path in includes(text)
              if re.match(r"(boost/(asio|beast|url|json)|nlohmann/|rocksdb/|openssl/|spdlog/|"
                          r"(fstream|iostream|filesystem|thread|mutex|random|future|cstdio|ctime)$)", path)]
    faults += [f"uses {name}" for name in re.findall(
        r"\b(wall_clock_now|system_clock|steady_clock|high_resolution_clock|new_uuid|random_hex|getenv|fopen|"
        r"printf|this_thread|rocksdb|nlohmann)\b", INCLUDE.sub("", without_comments(text)))]
    return faults


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def detached_coroutines(text):
    """Coroutines that nobody owns."""
    return re.findall(r"\b(?:asio::)?detached\b", without_comments(text))


def sleeps(text):
    """Waits for time instead of for the event itself, in C++, Python or shell."""
    return re.findall(r"\btime\.sleep\(|\bsleep_for\(|\bsleep_until\(|\busleep\(|\bnanosleep\(|^\s*sleep [0-9.]+", text,
                      re.MULTILINE)


def open_ends(text):
    """Work left for later in a comment instead of done or planned elsewhere."""
    return re.findall(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", text)


def machine_paths(text):
    """Paths and names that exist on one machine only."""
    return re.findall(r"(?:/home/\w+|/root/|/Users/\w+|/work/\w+|/opt/\w+|\bfile:///\w+)", text)


def code_blocks(markdown, language):
    """The fenced blocks of one language, as lists of lines."""
    return [block.splitlines() for block in
            re.findall(rf"^```{language}\n(.*?)^```$", markdown, flags=re.DOTALL | re.MULTILINE)]


def named_paths(markdown):
    """Paths of the repository that a document names in `back quotes` or links to, outside of its code blocks."""
    prose = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    quoted = re.findall(r"`((?:src|idl|tests|script|cmake|docs|bench|openapi|web|\.ci)/[\w./-]*)[` ]", prose)
    linked = re.findall(r"\]\((?!https?:)([\w./-]+)", prose)
    return sorted(set(quoted + linked))


def annotations(thrift):
    """Thrift annotations, `(key = "value")`, which ThriftPy cannot read; Weir's tags stand in doc comments."""
    return re.findall(r"\(\s*[\w.]+\s*=\s*\"[^\"]*\"", without_comments(thrift))
