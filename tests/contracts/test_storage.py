"""Both databases keep the storage contract: every test of the suite is run on SQLite and on PostgreSQL."""

from tests.contracts.storage.collab import CollabContract
from tests.contracts.storage.conversation import FactsContract, MessagesContract, ThreadsContract
from tests.contracts.storage.inbox import InboxContract
from tests.contracts.storage.kept import DialogsContract, FilesContract, KeysContract
from tests.contracts.storage.knowledge import (
    ArticlesContract,
    ChangesContract,
    OpinionsContract,
    QuestionsContract,
    RevisionsContract,
)
from tests.contracts.storage.lanes import LanesContract, PacesContract, PostedContract
from tests.contracts.storage.outbox import QueueContract
from tests.contracts.storage.people import MergedPersonsContract, PersonsContract, TeamsContract
from tests.contracts.storage.search import SearchContract
from tests.contracts.storage.tickets import QueuesContract, TicketsContract
from tests.contracts.storage.units import ReactionsContract, RestartContract, UnitsContract, WakingContract


class TestPersons(PersonsContract):
    """Persons and accounts."""


class TestMergedPersons(MergedPersonsContract):
    """Two persons that are one."""


class TestTeams(TeamsContract):
    """Teams and rooms."""


class TestTickets(TicketsContract):
    """Tickets."""


class TestQueues(QueuesContract):
    """Queues, board and links."""


class TestSearch(SearchContract):
    """Finding tickets again."""


class TestThreads(ThreadsContract):
    """Where tickets are."""


class TestMessages(MessagesContract):
    """What was said."""


class TestFacts(FactsContract):
    """What happened."""


class TestCollab(CollabContract):
    """Requests to other departments."""


class TestInbox(InboxContract):
    """Deliveries."""


class TestQueue(QueueContract):
    """Orders, until they leave."""


class TestLanes(LanesContract):
    """Orders, as they leave."""


class TestPaces(PacesContract):
    """How fast they leave."""


class TestPosted(PostedContract):
    """Where they stand."""


class TestDialogs(DialogsContract):
    """Forms that are asked field by field."""


class TestFiles(FilesContract):
    """Attachments."""


class TestKeys(KeysContract):
    """Small values and leases."""


class TestArticles(ArticlesContract):
    """The knowledge base."""


class TestRevisions(RevisionsContract):
    """How articles read before."""


class TestChanges(ChangesContract):
    """How others follow what is written."""


class TestOpinions(OpinionsContract):
    """What people make of articles."""


class TestQuestions(QuestionsContract):
    """What was asked."""


class TestUnits(UnitsContract):
    """Transactions."""


class TestReactions(ReactionsContract):
    """Facts that are heard of."""


class TestWaking(WakingContract):
    """Who hears of a commit."""


class TestRestart(RestartContract):
    """Closing and opening again."""
