package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.kademlia.pb.DhtProto;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One machine, message by message. Wire notes, section 15, "Semantics". */
class KademliaTest {

  private static final long SECOND = 1_000_000_000L;
  private static final byte[] KEY = TestPeers.utf8("/v/key");
  private static final byte[] VALUE = {5, 1};
  private static final PeerId ASKER = TestPeers.peer(1);
  private static final Multiaddr ASKER_AT = TestPeers.address(1);

  private final KademliaOptions options = new KademliaOptions().setMode(Mode.SERVER);
  private final List<Action> actions = new ArrayList<>();
  private Kademlia machine = machine();
  private long exchange;
  private Multiaddr askerAt = ASKER_AT;

  private Kademlia machine() {
    Kademlia made = new Kademlia(TestPeers.peer(0), options, Storages.inMemory(), new SplittableRandom(1),
        new Clock(0, VirtualDht.WALL));
    made.namespaces().add("v", VirtualDht.RANKED);
    made.onListening(List.of(TestPeers.address(0), Multiaddr.tcp("127.0.0.1", 4001)));
    made.start(0);
    made.onConnected(ASKER, ASKER_AT, true);
    return made;
  }

  private void drain(long now) {
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      if (action instanceof Action.Check check) {
        machine.onChecked(now, check.check(),
            check.validator().check(check.wallMillis(), Namespaces.name(check.key()), check.value()));
      } else {
        actions.add(action);
      }
    }
  }

  private <T extends Action> T last(Class<T> type) {
    drain(0);
    return type.cast(actions.stream().filter(type::isInstance).reduce((first, second) -> second).orElseThrow());
  }

  private void ask(Message message) {
    machine.onRequest(0, ++exchange, ASKER, askerAt, message);
  }

  private Message answer(Message message) {
    ask(message);
    Action.Respond respond = last(Action.Respond.class);
    assertEquals(exchange, respond.exchange());
    return respond.messageOrNull();
  }

  private String refusal(Message message) {
    ask(message);
    Action.Refuse refuse = last(Action.Refuse.class);
    assertEquals(exchange, refuse.exchange());
    return refuse.reason();
  }

  /** Makes servers known, each by answering what it is asked. */
  private void meet(int... numbers) {
    for (int number : numbers) {
      PeerId peer = TestPeers.peer(number);
      machine.onConnected(peer, TestPeers.address(number), false);
      machine.onIdentified(0, peer, List.of(TestPeers.address(number)), true);
      Action.Request request = last(Action.Request.class);
      assertEquals(peer, request.peer().peer());
      machine.onResponse(0, request.request(), request.message().answer(null, List.of(), List.of()),
          TestPeers.address(number));
      drain(0);
    }
    // The first one made the machine look for itself.
    for (Action action : List.copyOf(actions)) {
      if (action instanceof Action.Request request) {
        machine.onResponse(0, request.request(), request.message().answer(null, List.of(), List.of()), null);
      }
    }
    drain(0);
  }

  private static List<PeerId> peers(List<Contact> contacts) {
    return contacts.stream().map(Contact::peer).toList();
  }

  @Test
  void findNodeTellsTheNearestWithoutAskerAndSelf() {
    meet(1, 2, 3, 4);
    Message answer = answer(Message.findNode(TestPeers.utf8("anything")));
    assertEquals(Message.Type.FIND_NODE, answer.type());
    Key target = Key.of(TestPeers.utf8("anything"));
    List<PeerId> expected = new ArrayList<>(List.of(TestPeers.peer(2), TestPeers.peer(3), TestPeers.peer(4)));
    expected.sort((a, b) -> target.compareDistance(Key.of(a), Key.of(b)));
    assertEquals(expected, peers(answer.closer()));
    assertEquals("FIND_NODE without a key", refusal(Message.findNode(new byte[0])));
  }

  @Test
  void whoIsLookedForComesFirstEvenSelfAskerOrAClient() {
    meet(2, 3, 4, 5);
    PeerId client = TestPeers.peer(9);
    machine.onConnected(client, TestPeers.address(9), true);
    machine.onIdentified(0, client, List.of(TestPeers.address(9)), false);
    machine.onIdentified(0, ASKER, List.of(ASKER_AT), false);
    for (int number : new int[] {0, 1, 9, 3}) {
      List<PeerId> closer = peers(answer(Message.findNode(TestPeers.peer(number).toBytes())).closer());
      assertEquals(TestPeers.peer(number), closer.get(0));
      assertEquals(closer.size(), closer.stream().distinct().count());
    }
    machine.onDisconnected(client);
    assertTrue(!peers(answer(Message.findNode(client.toBytes())).closer()).contains(client));
  }

  @Test
  void strangersAreToldPublicAddressesOnly() {
    assertEquals(List.of(TestPeers.address(0)),
        answer(Message.findNode(TestPeers.peer(0).toBytes())).closer().get(0).addresses());
    askerAt = Multiaddr.tcp("127.0.0.1", 9);
    assertEquals(2, answer(Message.findNode(TestPeers.peer(0).toBytes())).closer().get(0).addresses().size());
  }

  @Test
  void aRecordThatIsPutIsEchoedAndThere() {
    ValueRecord record = new ValueRecord(KEY, VALUE);
    assertEquals(record, answer(Message.putValue(record)).record());
    ValueRecord told = answer(Message.getValue(KEY)).record();
    assertArrayEquals(VALUE, told.value());
    assertEquals("2026-01-01T00:00:00Z", told.timeReceived());
    assertNull(answer(Message.getValue(TestPeers.utf8("/v/other"))).record());
    assertEquals(1, machine.records());
  }

  /** SEC-40. */
  @Test
  void recordsThatAreOlderFalseOrForAnotherKeyAreRefusedAndTheSlotStaysAsItIs() {
    answer(Message.putValue(new ValueRecord(KEY, VALUE)));
    assertEquals("the record is not stored: WORSE", refusal(Message.putValue(new ValueRecord(KEY, new byte[] {4}))));
    assertEquals("no rank", refusal(Message.putValue(new ValueRecord(KEY, new byte[] {0}))));
    assertEquals("PUT_VALUE without a record for its key", refusal(Message.putValue(new ValueRecord(KEY, VALUE))
        .answer(new ValueRecord(TestPeers.utf8("/v/other"), VALUE), List.of(), List.of())));
    assertEquals("PUT_VALUE without a record for its key",
        refusal(Message.putValue(new ValueRecord(KEY, VALUE)).answer(null, List.of(), List.of())));
    assertTrue(refusal(Message.putValue(new ValueRecord(TestPeers.utf8("bare"), VALUE))).contains("no namespace"));
    assertArrayEquals(VALUE, answer(Message.getValue(KEY)).record().value());
    assertEquals(1, machine.records());
  }

  @Test
  void anOpenDhtStoresUnderABareKeyAsTheLessonDoes() {
    options.setStrict(false);
    machine = machine();
    byte[] digest = Key.of(TestPeers.utf8("py-libp2p kademlia example value")).toBytes();
    byte[] text = TestPeers.utf8("Hello message from Paschal");
    answer(Message.putValue(new ValueRecord(digest, text)));
    assertArrayEquals(text, answer(Message.getValue(digest)).record().value());
  }

  @Test
  void onlyAPeerThatSpeaksForItselfIsAProvider() {
    byte[] content = {0x12, 0x20, 1};
    assertNull(answer(Message.addProvider(content, TestPeers.contact(7))), "not the sender");
    assertNull(answer(Message.addProvider(content, new Contact(ASKER, List.of()))), "no address");
    assertNull(answer(Message.addProvider(content, new Contact(ASKER, List.of(Multiaddr.tcp("10.0.0.1", 1))))),
        "an address that only it can use");
    assertEquals(0, machine.providers());
    assertNull(answer(Message.addProvider(content, TestPeers.contact(1))), "no answer, but the next may come");
    assertEquals(1, machine.providers());
    assertEquals(List.of(TestPeers.contact(1)), answer(Message.getProviders(content)).providers());
  }

  /** py-libp2p waits for an answer, which others would take for that to their next request. */
  @Test
  void anAddProviderIsEchoedOnlyToWhomWantsIt() throws FormatException {
    DhtProto.Message.Builder add = DhtProto.Message.newBuilder().setTypeValue(2)
        .setKey(ByteString.copyFrom(new byte[] {1})).setSenderRecord(ByteString.copyFrom(new byte[] {1}));
    Message echo = answer(Message.read(add.build().toByteArray(), options.getLimits()));
    assertEquals(Message.Type.ADD_PROVIDER, echo.type());
    assertArrayEquals(new byte[] {1}, echo.key());
  }

  @Test
  void pingIsEchoedAndAClientAnswersNothing() {
    assertEquals(Message.Type.PING, answer(Message.ping()).type());
    options.setMode(Mode.CLIENT);
    machine = machine();
    assertEquals("we are a client", refusal(Message.ping()));
  }

  @Test
  void byItselfANodeServesOnceItCanBeReached() {
    options.setMode(Mode.AUTO);
    machine = new Kademlia(TestPeers.peer(0), options, Storages.inMemory(), new SplittableRandom(1), new Clock(0, 0));
    machine.start(0);
    assertTrue(!machine.isServing(), "it listens nowhere");
    machine.onListening(List.of(Multiaddr.tcp("192.168.1.5", 4001)));
    assertTrue(machine.isServing(), "alone in a private network");
    machine.onConnected(TestPeers.peer(2), Multiaddr.tcp("192.168.1.6", 4001), false);
    assertTrue(machine.isServing());
    machine.onConnected(ASKER, ASKER_AT, false);
    assertTrue(!machine.isServing(), "in the public network, and nobody came to us from there");
    machine.onConnected(TestPeers.peer(3), TestPeers.address(3), true);
    assertTrue(machine.isServing(), "somebody did");
    machine.onDisconnected(TestPeers.peer(3));
    assertTrue(!machine.isServing());
    machine.onListening(List.of(TestPeers.address(0)));
    assertTrue(machine.isServing(), "it has a public address");
  }

  @Test
  void aPeerGetsIntoTheTableOnlyWhenItAnswersAsAServer() {
    PeerId peer = TestPeers.peer(5);
    machine.onConnected(peer, TestPeers.address(5), true);
    machine.onIdentified(0, peer, List.of(TestPeers.address(5)), true);
    assertEquals(0, machine.table().size());
    Action.Request request = last(Action.Request.class);
    machine.onResponse(0, request.request(), Message.ping(), TestPeers.address(5));
    assertEquals(0, machine.table().size(), "a FIND_NODE is not answered by a PING");
    meet(5);
    assertEquals(List.of(peer), machine.table().stream().map(row -> row.contact().peer()).toList());
    machine.onIdentified(0, peer, List.of(TestPeers.address(5)), false);
    assertEquals(0, machine.table().size(), "it stopped to serve");
  }

  @Test
  void aRequestWithoutAnAnswerIsCancelled() {
    meet(5);
    machine.closestPeers(SECOND, 7, KEY);
    Action.Request request = last(Action.Request.class);
    assertTrue(machine.deadline() <= 11 * SECOND);
    machine.onDeadline(11 * SECOND);
    assertEquals(request.request(), last(Action.Cancel.class).request());
    Outcome.Peers none = assertInstanceOf(Outcome.Peers.class, last(Action.Done.class).outcome());
    assertEquals(List.of(), none.contacts());
    assertEquals("no answer within 10000 ms", none.trace().get(0).failure());
    machine.onResponse(12 * SECOND, request.request(), request.message().answer(null, List.of(), List.of()), null);
  }

  @Test
  void operationsThatCannotBeRightAreRefusedWithTheReason() {
    assertRefused(Outcome.Cause.UNFIT, "no namespace", () -> machine.put(0, 1, TestPeers.utf8("bare"), VALUE));
    assertRefused(Outcome.Cause.UNFIT, "no rank", () -> machine.put(0, 2, KEY, new byte[] {0}));
    assertRefused(Outcome.Cause.UNFIT, "at most|the most is", () -> machine.put(0, 3, new byte[2000], VALUE));
    assertRefused(Outcome.Cause.UNFIT, "a key of 0 bytes", () -> machine.provide(0, 4, new byte[0]));
    meet(5);
    machine.get(0, 5, KEY, 3);
    machine.cancel(0, 5);
    assertRefused(Outcome.Cause.CANCELLED, "cancelled", () -> { });
    options.getLimits().setMaxOperations(1);
    machine = machine();
    meet(6);
    machine.get(0, 6, KEY, 3);
    assertRefused(Outcome.Cause.BUSY, "maxOperations", () -> machine.get(0, 7, KEY, 3));
  }

  private void assertRefused(Outcome.Cause cause, String words, Runnable operation) {
    operation.run();
    Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, last(Action.Done.class).outcome());
    assertEquals(cause, refused.cause());
    assertTrue(refused.message().matches("(?s).*(" + words + ").*"), refused.message());
  }

  /** SEC-38: one that floods us with requests, on however many streams, does not have us to itself. */
  @Test
  void aPeerThatAsksTooFastIsRefusedAndOthersAreNot() {
    for (int i = 0; i < options.getLimits().getMaxRequestBurst(); i++) {
      answer(Message.findNode(KEY));
    }
    assertEquals("it asks more than 200 times a second", refusal(Message.findNode(KEY)));
    assertEquals("it asks more than 200 times a second", refusal(Message.putValue(new ValueRecord(KEY, VALUE))));
    machine.onRequest(0, ++exchange, TestPeers.peer(2), TestPeers.address(2), Message.findNode(KEY));
    assertEquals(exchange, last(Action.Respond.class).exchange());
    machine.onRequest(SECOND / 200, ++exchange, ASKER, askerAt, Message.findNode(KEY));
    assertEquals(exchange, last(Action.Respond.class).exchange());
  }

  /** SEC-38: a peer whose signatures are slow to check does not have all of our time. */
  @Test
  void recordsThatAreBeingCheckedAreBounded() {
    for (int i = 0; i < 40; i++) {
      ask(Message.putValue(new ValueRecord(TestPeers.utf8("/v/" + i), VALUE)));
    }
    int checks = 0;
    int refused = 0;
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      checks += action instanceof Action.Check ? 1 : 0;
      refused += action instanceof Action.Refuse ? 1 : 0;
    }
    assertEquals(32, checks);
    assertEquals(8, refused);
    machine.onRequest(0, ++exchange, TestPeers.peer(2), ASKER_AT, Message.putValue(new ValueRecord(KEY, VALUE)));
    assertInstanceOf(Action.Check.class, machine.poll(), "another peer's are still checked");
  }

  @Test
  void aMachineThatWaitsForNothingSaysWhenItWantsToBeCalled() {
    drain(0);
    assertTrue(machine.deadline() < Machine.NEVER);
    for (long now = 0; now < 3600 * SECOND; now = machine.deadline()) {
      machine.onDeadline(now);
      drain(now);
      assertTrue(machine.deadline() > now, "it would spin");
    }
  }
}
