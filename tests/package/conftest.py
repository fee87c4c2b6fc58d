import pathlib
import sys

# The server and the steps of documents, as the flow tests know them.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))
