"""Which conversation is open, what it is set to, and where it is kept.

`new` and `open` put another in its place, with all its branches and the documents that were kept of it. What changes
in the tree goes to the history through `keeping`. Read next: `talk`, which talks in it, and `kept_tree`.
"""

from __future__ import annotations

from collections.abc import Callable

from app.chat import Chat
from app.document_chat import DocumentChat
from app.history.tree import Question, Tree
from app.history.values import ChatSettings, Entry
from app.keeping import KeptConversation, Scribe
from app.kept_documents import OldDocument, number_of, old_documents
from app.kept_tree import KeptTree
from app.talk_values import Defaults
from models.errors import InputError


class OpenConversation:
    """The one that `chat` talks in.

    Args:
        scribe: writes what is kept; None where nothing can be.
        left: called before another one takes its place.
        listed: called, on any thread, when the list of conversations may look different.

    Attributes:
        settings: what this conversation is set to.
        kept: where it is kept; None if it is not to be.
        now: `kept` and the tree, together, for other threads.
    """

    def __init__(
        self,
        chat: Chat,
        documents: DocumentChat,
        defaults: Callable[[], Defaults],
        scribe: Scribe | None,
        *,
        left: Callable[[], None],
        listed: Callable[[], None],
    ) -> None:
        self._chat, self._documents = chat, documents
        self._defaults, self._scribe = defaults, scribe
        self._left, self._listed = left, listed
        self._hold(Tree(), ChatSettings(), self._keeping_new())

    @property
    def entry(self) -> Entry | None:
        """As the list shows it; None until something of it is kept."""
        return None if self.kept is None else self.kept.entry

    def configure(self, settings: ChatSettings) -> None:
        """Set it otherwise, from its next message on."""
        self.settings = settings
        if self.kept is not None:
            self.kept.configure(settings)

    def new(self, kept: bool | None = None) -> None:
        """An empty one; kept or not, by default as settings say."""
        self._begin(Tree(), ChatSettings(), self._keeping_new(kept))

    def open(self, entry: int) -> None:
        """One that was kept. Waits for the disk. Raises `AppError` if it cannot be read; then nothing changes."""
        if self._scribe is None:
            raise InputError("No conversations are kept here.")
        history = self._scribe.history
        stored, documents = self._scribe.ask(lambda: (history.open(entry), history.documents(entry)))
        kept = self._keeping(stored.settings, stored.entry)
        if kept is not None:
            kept.note_documents(documents)
        tree = Tree.of(stored.nodes, stored.leaf)
        self._begin(tree, stored.settings, kept, old_documents(stored.nodes, documents))

    def _keeping_new(self, kept: bool | None = None) -> KeptConversation | None:
        usual = self._defaults()
        is_kept = usual.is_kept if kept is None else kept
        return self._keeping(ChatSettings()) if is_kept or usual.must_keep else None

    def _keeping(self, settings: ChatSettings, entry: Entry | None = None) -> KeptConversation | None:
        if self._scribe is None:
            return None
        return KeptConversation(self._scribe, settings, self._listed, entry)

    def _begin(
        self,
        tree: Tree,
        settings: ChatSettings,
        kept: KeptConversation | None,
        old: tuple[OldDocument, ...] = (),
    ) -> None:
        if self.kept is not None:
            self.kept.leave()
        self._hold(tree, settings, kept)
        questions = (node.content for node in tree.nodes.values())
        files = sum(len(each.files) for each in questions if isinstance(each, Question))
        self._documents.let_go(max([files, *(number_of(each.id) for each in old)]), old)

    def _hold(self, tree: Tree, settings: ChatSettings, kept: KeptConversation | None) -> None:
        self._left()
        kept_tree = KeptTree(tree, kept)
        if kept is not None:
            kept.nodes = lambda: kept_tree.nodes
            kept.documents = lambda: self._documents.told  # until `leave`
        self.settings, self.kept = settings, kept
        self.now = (kept, kept_tree)  # in one step
        self._chat.talk_about(kept_tree)
