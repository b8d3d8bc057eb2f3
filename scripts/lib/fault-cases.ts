import { type FaultGroup, one, test } from './fault-case.ts'
import { TRANSFER_FAULTS } from './fault-cases-of-transfers.ts'

const SERVER = 'packages/party-server/src'
const LEDGER = 'packages/ledger-adapter/src'
const OT = 'packages/ot/src'

const EVALUATION = `${SERVER}/daemon/evaluation.test.ts`
const DOOR = `${SERVER}/daemon/door.test.ts`
const INQUIRY = `${SERVER}/daemon/inquiry.test.ts`
const MISSING = `${SERVER}/daemon/missing-party.test.ts`
const FRAMES = `${SERVER}/daemon/frames.test.ts`
const CRASHES = `${SERVER}/testing/crash-suite.ts`
const UNSYNCED = `${LEDGER}/sqlite/unsynced-writes.test.ts`
const OPERATORS = `${SERVER}/cli/operators.test.ts`
const ROWS = `${SERVER}/records/read-rows.test.ts`
const NOT_REACHING = 'does not reach beyond its classes, its days and its uses'

/** Every case that the consortium has to withstand. `scripts/fault-table.ts` holds each test against the sources. */
export const FAULT_GROUPS: readonly FaultGroup[] = [
  {
    name: 'Files and operators',
    cases: [
      one('an export with wrong columns', 'ERR_IMPORT_COLUMNS', ROWS, 'refuses %s and names it'),
      one('an export in another encoding', 'ERR_IMPORT_ENCODING', ROWS, 'refuses %s, naming line and byte'),
      one(
        'a file that breaks midway',
        'ERR_IMPORT_ROW',
        OPERATORS,
        'of a file that breaks midway keeps nothing',
      ),
      one('the same file twice', 'ERR_IMPORT_DUPLICATE', OPERATORS, 'of the same file twice'),
      one(
        'a checker who is the maker',
        'ERR_REVIEW_SAME_OPERATOR',
        OPERATORS,
        'of the checker is not done by the maker',
      ),
      one(
        'a publication without review',
        'ERR_PUBLISH_UNREVIEWED',
        `${SERVER}/publish/publish.test.ts`,
        'nothing is published before a checker',
      ),
    ],
  },
  {
    name: 'Consents and receipts',
    cases: [
      one('an expired consent', 'ERR_CONSENT_EXPIRED', INQUIRY, NOT_REACHING),
      one('an exhausted consent', 'ERR_CONSENT_EXHAUSTED', INQUIRY, NOT_REACHING),
      one('a consent out of scope', 'ERR_CONSENT_SCOPE', INQUIRY, NOT_REACHING),
      one(
        'a withdrawn consent',
        'ERR_CONSENT_WITHDRAWN',
        `${SERVER}/daemon/policy.test.ts`,
        'nobody answers under a withdrawn consent',
      ),
      one(
        'the consent of another subject',
        'ERR_CONSENT_SUBJECT',
        INQUIRY,
        'of nobody, of another home or of another subject',
      ),
      one('no receipt', 'ERR_RECEIPT_MISSING', EVALUATION, 'is needed'),
      one('a foreign receipt', 'ERR_RECEIPT_FOREIGN', EVALUATION, "of another inquirer's intent is refused"),
      one('a replayed receipt', 'ERR_INTENT_REPLAYED', EVALUATION, 'a recorded question is evaluated once'),
      one(
        'a request id used for another subject',
        'ERR_REQUEST_ID_REUSED',
        INQUIRY,
        'is refused for another subject, consent or scope',
      ),
      one(
        'points that do not suffice',
        'ERR_POINTS_INSUFFICIENT',
        INQUIRY,
        'insufficient points: nothing is recorded',
      ),
    ],
  },
  {
    name: 'Sessions and transport',
    cases: [
      one('a replayed session', 'ERR_SESSION_REPLAYED', DOOR, 'that come a second time are refused'),
      one(
        'clock skew in a session',
        'ERR_SESSION_DEADLINE',
        DOOR,
        'that are late or from the future are refused',
      ),
      one('a foreign certificate', 'ERR_CHANNEL_TLS', DOOR, 'a firm of another consortium is turned away'),
      one(
        'the certificate of another member',
        'ERR_PEER_IDENTITY',
        DOOR,
        "a member's certificate with another member's name or key",
      ),
      one(
        'a suspended member, and its open sessions',
        'ERR_PEER_IDENTITY',
        DOOR,
        'a certified party that is no member, or no longer one',
      ),
      one(
        'a revoked certificate',
        'ERR_CERTIFICATE_REVOKED',
        'packages/party-server/src/certificates/revocation.test.ts',
        'that was revoked is refused at every door',
      ),
      one('a frame above the limit', 'ERR_LIMIT_FRAME_BYTES', DOOR, 'above the frame limit end the stream'),
      one('truncated frames', 'ERR_DECODE_LENGTH', DOOR, '%s are refused'),
      one(
        'a channel cut before any frame',
        'ERR_CHANNEL_CLOSED',
        FRAMES,
        'of $what, cut before any of them $direction',
      ),
      one(
        'an end without the record that says so',
        'ERR_CHANNEL_TRUNCATED',
        'packages/core/src/channel/inner/attacks.test.ts',
        'an end without the record that says so',
      ),
      one('10^6 mutated frames a codec', null, 'packages/core/src/testing/fuzz/describe-fuzz.ts', '$name'),
      one(
        'a codec that nobody fuzzes',
        null,
        'packages/core/src/testing/fuzz/describe-fuzz.ts',
        'every codec of the package is among them',
      ),
      one(
        'frames that tell hit from miss',
        null,
        FRAMES,
        'are equal in number and length for a miss, for one record and for nine',
      ),
    ],
  },
  {
    name: 'Processes and disks',
    cases: [
      one(
        'kill -9 in an inquiry, between intent and answers',
        null,
        `${SERVER}/cli/resume.test.ts`,
        'that was killed between intent and answers goes on under its intent',
      ),
      one(
        'one request id in two processes',
        'ERR_REQUEST_BUSY',
        'packages/sdk/src/store/request-claims.test.ts',
        'one process at a time works on a request id',
      ),
      one(
        'kill -9 in an import',
        'ERR_IMPORT_DUPLICATE',
        CRASHES,
        'in an import has all of the batch or nothing',
      ),
      one('kill -9 in a join', null, CRASHES, 'while it joins can join again'),
      one(
        'kill -9 in a publication, the next epoch',
        null,
        CRASHES,
        'while it publishes serves all that is on the ledger',
      ),
      one('kill -9 in a delta', null, CRASHES, 'while it releases a delta has one delta a version'),
      one(
        'kill -9 in the destruction of a key',
        null,
        `${SERVER}/testing/retire-crash-suite.ts`,
        'destroys them in the end',
      ),
      one(
        'kill -9 in the registration of a consent',
        null,
        `${SERVER}/testing/consent-crash-suite.ts`,
        'while it registers a consent registers one',
      ),
      one(
        'kill -9 in the closing of points periods',
        null,
        `${SERVER}/testing/closing-crash-suite.ts`,
        'while it closes points periods has closed each once',
      ),
      one(
        'kill -9 of the sequencer',
        null,
        `${SERVER}/testing/daemon-crash-suite.ts`,
        'keeps every entry that it acknowledged',
      ),
      one(
        'kill -9 in an append or a checkpoint',
        null,
        `${LEDGER}/sqlite/crashes.test.ts`,
        'killed at every durability point of append and checkpoint',
      ),
      one(
        'an append whose log was lost in part',
        null,
        UNSYNCED,
        'a commit whose log was cut or written in part',
      ),
      one(
        'a database that was written in part',
        null,
        UNSYNCED,
        'a log that was brought into the database in part',
      ),
      one('a log that was begun anew in part', null, UNSYNCED, 'a log that is begun anew over the old one'),
      {
        name: 'a full disk',
        tests: [
          test(
            null,
            `${LEDGER}/sqlite/durability.test.ts`,
            'a transaction that fails half-way writes nothing',
          ),
        ],
        open: 'simulated in the database; other writes fail with the error of the system and no code of their own',
      },
      one(
        'two daemons on one home',
        'ERR_LISTEN_ADDRESS',
        `${SERVER}/cli/processes.test.ts`,
        'a daemon says where it serves',
      ),
      one(
        'two publications on one home',
        'ERR_PUBLISH_BUSY',
        `${SERVER}/publish/publish.test.ts`,
        'a home publishes once at a time',
      ),
      one(
        'subjects in files, logs, errors or frames',
        null,
        `${SERVER}/daemon/canary.test.ts`,
        'are in no file of any home, in no form',
      ),
    ],
  },
  {
    name: 'The ledger',
    cases: [
      one(
        'a forked ledger',
        'ERR_LEDGER_FORK',
        `${SERVER}/daemon/gossip.test.ts`,
        'two signed histories that meet at a firm stop it',
      ),
      one(
        'a split view, found while synchronising',
        'ERR_LEDGER_FORK',
        `${SERVER}/daemon/lying-ledger.test.ts`,
        'a split view of %i entries leaves evidence',
      ),
      one(
        'a ledger that was rolled back, at a member',
        'ERR_LEDGER_FORK',
        `${LEDGER}/mirror/ledger-mirror.test.ts`,
        'a ledger that went back is a fork',
      ),
      one(
        'a ledger that was rolled back, at the association',
        'ERR_LEDGER_BEHIND',
        `${LEDGER}/sqlite/recover.test.ts`,
        'sequences and signs nothing, fetches what it lost',
      ),
      one(
        'a slow ledger',
        'ERR_CHANNEL_TIMEOUT',
        `${LEDGER}/remote/remote-ledger.test.ts`,
        'gives up on an answer that does not come',
      ),
      one(
        'a ledger that signs what it does not record',
        'ERR_LEDGER_RECEIPT',
        `${SERVER}/ledger/sequencer.test.ts`,
        'a receipt of the sequencer for what it did not record',
      ),
      one(
        'a ledger that breaks its rules',
        'ERR_LEDGER_RULES',
        `${LEDGER}/mirror/ledger-mirror.test.ts`,
        'an entry that the ledger should have refused',
      ),
      one('a ledger out of reach', 'ERR_CHANNEL_CLOSED', MISSING, 'without the association nothing is asked'),
      one(
        'a ledger out of reach, with intents bought in advance, and kill -9 before the fill-in',
        null,
        `${SERVER}/cli/prebuy.test.ts`,
        'a firm asks under intents bought in advance, which are filled in once',
      ),
      one(
        'a receipt that the mirror contradicts',
        'ERR_LEDGER_RECEIPT',
        `${SERVER}/daemon/intent-watch.test.ts`,
        'that contradict the mirror are refused',
      ),
      one(
        'an answered intent that is on no ledger',
        'ERR_LEDGER_RECEIPT',
        `${SERVER}/daemon/intent-watch.test.ts`,
        'are an alarm when the sequencer signed for what it never recorded',
      ),
      one(
        'a sequencer whose time goes back',
        'ERR_LEDGER_CLOCK',
        `${LEDGER}/mirror/sequencer-clock.test.ts`,
        'a sequencer whose clock was set back goes on with its newest time',
      ),
      one(
        'a closing of points that gives a firm less than it has',
        'ERR_VERIFY_COMMITMENT',
        `${LEDGER}/mirror/closing-views.test.ts`,
        'that gives one firm what it has not',
      ),
      one(
        'clock skew in an entry',
        'ERR_LEDGER_CLOCK',
        `${LEDGER}/testing/ledger-compliance.ts`,
        'refuses an entry that is dated ahead',
      ),
      one(
        'an epoch that ends during a check',
        'ERR_EPOCH_STALE',
        EVALUATION,
        'an epoch that was replaced answers its intents',
      ),
    ],
  },
  {
    name: 'Providers and inquirers who cheat',
    cases: [
      one(
        'a planted row that does not open',
        'ERR_VERIFY_OPEN',
        `${OT}/sealed-table/sample.test.ts`,
        'finds a planted row that does not open',
      ),
      one('another key than the committed one', 'ERR_VERIFY_DLEQ', MISSING, 'an evaluation by another key'),
      one(
        'another table to one inquirer',
        'ERR_VERIFY_ROOT',
        MISSING,
        'a table or list that is not under the root',
      ),
      one(
        'a row that is not under the root',
        'ERR_VERIFY_ROW',
        `${OT}/sealed-table/open.test.ts`,
        'is refused under another table',
      ),
      one(
        'a provider that answers and refuses one question',
        null,
        'packages/sdk/src/audit/double-answer.test.ts',
        'is convicted by its two signatures',
      ),
      one(
        'a provider that rewrites its party log',
        'ERR_PARTY_LOG',
        `${SERVER}/stores/party-log-tree.test.ts`,
        'a log that was rewritten whole does not fit',
      ),
      one(
        'a party log that is rolled back',
        'ERR_PARTY_LOG',
        `${SERVER}/daemon/anchoring.test.ts`,
        'that is rolled back is found by its own daemon',
      ),
      one(
        'a party log that is lost, and an intent that it may have answered',
        'ERR_PARTY_LOG',
        `${SERVER}/daemon/anchoring.test.ts`,
        'begins anew by a reset that the firm signs',
      ),
      one(
        'an inquirer who has rows opened over and over',
        'ERR_LIMIT_ROW_OPENINGS',
        `${SERVER}/daemon/row-opening.test.ts`,
        'is done a few times an inquiry',
      ),
      one(
        'a provider that goes silent',
        'ERR_CHANNEL_TIMEOUT',
        MISSING,
        'a party that takes the connection and stays silent',
      ),
      one(
        'another subject than the one who consented',
        'ERR_VERIFY_BLINDING',
        EVALUATION,
        'about another subject than the one who consented',
      ),
      one(
        'an element outside the group, or the identity',
        'ERR_DECODE_ELEMENT',
        `${OT}/keyword-ot/refusals.test.ts`,
        'an element: %s',
      ),
      {
        name: 'an inquirer that goes silent after the answer',
        tests: [test('ERR_INTENT_REPLAYED', EVALUATION, 'a recorded question is evaluated once')],
        open: 'its points stay reserved and its intent open; nobody closes it in its place',
      },
      one(
        'an inquirer that uses one intent bought in advance twice',
        'ERR_INTENT_USED',
        `${SERVER}/daemon/bought-intents.test.ts`,
        'are answered once a class, and a second fill-in is refused and kept',
      ),
      one(
        'an inquirer that never fills in what it asked in advance',
        'ERR_INTENT_UNFILLED',
        `${SERVER}/daemon/bought-intents.test.ts`,
        'are an alarm when they are not filled in',
      ),
      one(
        'a firm that tries out its cosignature until it is not drawn',
        'ERR_AUDIT_SAMPLE',
        `${LEDGER}/policy/audits.test.ts`,
        'a draw opens what was committed to before the beacon',
      ),
      one(
        'an inquirer that compares a joint total with another limit than it stated',
        'ERR_VERIFY_REPLAY',
        `${SERVER}/daemon/joint-audit.test.ts`,
        'an inquirer that compares another limit',
      ),
      one(
        'a firm that answers a joint query with a false amount',
        'ERR_VERIFY_COMMITMENT',
        `${SERVER}/daemon/joint-audit.test.ts`,
        'a firm that garbles with another mask key',
      ),
      one(
        'an inquirer that enumerates',
        'ERR_BUDGET_EXCEEDED',
        `${SERVER}/daemon/policy.test.ts`,
        'the budget of a firm stops it at its limit',
      ),
    ],
  },
  TRANSFER_FAULTS,
]
