"""A small program, transactions that call it, and verifiers for the ledger's tests."""

from functools import cache

from avm.account.keys import PrivateKey
from avm.base.errors import VerifyError
from avm.data.future import Future
from avm.data.plaintext import parse_plaintext
from avm.ledger.ids import Kind, parse_id
from avm.ledger.transaction import Deployment, Execution, Proof, Transaction
from avm.ledger.transition import make_transition
from avm.primitives.hash_to_curve import mul_generator
from avm.vm.environment import load
from avm.vm.public_values import public_values

SIGNER = PrivateKey(3)
KEY = b"verifying key"
BANK = """program bank.aleo;

mapping balances:
    key as u32.public;
    value as u64.public;

function put:
    input r0 as u32.public;
    input r1 as u64.private;
    async put r0 r1 into r2;
    output r2 as bank.aleo/put.future;

finalize put:
    input r0 as u32.public;
    input r1 as u64.public;
    get.or_use balances[r0] 0u64 into r2;
    add r2 r1 into r3;
    set r3 into balances[r0];

function drop:
    input r0 as u32.public;
    async drop r0 into r1;
    output r1 as bank.aleo/drop.future;

finalize drop:
    input r0 as u32.public;
    get balances[r0] into r1;
    remove balances[r0];

constructor:
    set 7u64 into balances[0u32];
"""


class Trusting:
    """Accepts every proof but those whose bytes say otherwise."""

    def execution(self, execution):
        if execution.proof.data == b"wrong":
            raise VerifyError("the proof does not verify", code="EAVM0610")

    def deployment(self, deployment, find):
        pass


def deploy(text=BANK, functions=("put", "drop"), **fields):
    return Transaction(Deployment(text, tuple((name, KEY) for name in functions), **fields))


@cache
def bank_environment():
    return load(BANK)


def call(ledger, function, arguments, *, secret=1, proof=None, root=None, program="bank.aleo", key=KEY):
    """Return a call of put or drop; ``arguments`` are texts, ``secret`` makes the transition its own."""
    values = [parse_plaintext(text) for text in arguments]
    future = Future(program, function, tuple(values))
    kinds = ("public", "private")
    transition = make_transition(
        program,
        function,
        list(zip(kinds, values)),
        [("future", future)],
        signer=SIGNER.address,
        tpk=mul_generator(secret),
        tvk=secret,
    )
    state = parse_id(Kind.STATE_ROOT, ledger.state_root if root is None else root)
    shown = public_values(bank_environment(), function, list(zip(kinds, values)), [("future", future)])
    claim = Proof(b"proof %d" % secret if proof is None else proof, 2, key, shown, "circuit", "development")
    return Transaction(Execution((transition,), state, claim).signed(secret))
