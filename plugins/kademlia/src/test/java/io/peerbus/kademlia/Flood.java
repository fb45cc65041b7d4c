package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.kademlia.pb.DhtProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * SEC-38, SEC-40, SEC-41: one server, as shipped, that has records of honest peers, and hostile peers that put and
 * provide what they can. Every message crosses as bytes. What is stored is counted beside the machine, see
 * {@link CountedStorage}.
 */
public final class Flood {

  /** Puts, and as many adds of providers. */
  public static final int SIZE = Integer.getInteger("kademlia.hostile", 50_000);

  private static final long MILLI = 1_000_000;
  private static final int HONEST = 20;
  /** The bits that a key has in common with ours when we are one of its 20 nearest of 10,000 servers. */
  private static final int NEAR = 9;
  private static final int SENDERS = 3000;
  private static final int FEW = 50;
  /** A peer's requests a second stay below what it may ask. */
  private static final int ONE_OF = 10;
  private static final Multiaddr HONEST_AT = Multiaddr.tcp("198.51.100.1", 4001);
  /** The first four bytes of a value are its rank, so that a record can be bettered all the time. */
  private static final Validator COUNTING = (now, name, value) -> value.length < 4 ? Verdict.bad("no rank")
      : Verdict.good(Arrays.copyOf(value, 4), Long.MAX_VALUE);

  private final KademliaOptions options = new KademliaOptions().setMode(Mode.SERVER).setStrict(false);
  private final KademliaLimits limits = options.getLimits();
  private final RandomGenerator random = new SplittableRandom(38);
  private final List<byte[]> honestKeys = new ArrayList<>();
  private final List<byte[]> fewKeys = new ArrayList<>();
  private final List<PeerId> senders = new ArrayList<>();
  private final List<Multiaddr> longAddresses = new ArrayList<>();
  private final CountedStorage records;
  private final CountedStorage providers;
  private final Kademlia machine;
  private final Runnable eachSecond;
  private long now;
  private long exchange;
  private Action answered;

  /** @param eachSecond of virtual time */
  public Flood(Storages storages, Runnable eachSecond) throws FormatException {
    this.eachSecond = eachSecond;
    records = CountedStorage.ofRecords(storages.records(), limits);
    providers = CountedStorage.ofProviders(storages.providers(), limits);
    PeerId self = TestPeers.peer(0);
    machine = new Kademlia(self, options, new Storages(records, providers, storages.own(), storages.peers()),
        new SplittableRandom(1), new Clock(0, VirtualDht.WALL));
    machine.namespaces().add("v", COUNTING);
    machine.onListening(List.of(TestPeers.address(0)));
    machine.start(0);
    for (int i = 0; honestKeys.size() < HONEST; i++) {
      byte[] key = TestPeers.utf8("/v/honest " + i);
      if (Key.of(self).commonPrefix(Key.of(key)) >= NEAR) {
        honestKeys.add(key);
      }
    }
    for (int i = 0; i < SENDERS; i++) {
      senders.add(TestPeers.peer(1_000_000 + i));
    }
    for (int i = 0; i < FEW; i++) {
      fewKeys.add(TestPeers.utf8("/v/few " + i));
    }
    for (int i = 0; i < limits.getMaxAddresses(); i++) {
      longAddresses.add(Multiaddr.parse(("/dns4/" + "a".repeat(60) + i + "/tcp/4001").repeat(10)));
    }
  }

  /** What was there before is there all the time. */
  public void run() throws FormatException {
    beHonest();
    for (int i = 0; i < SIZE; i++) {
      ask(hostilePut(i));
      ask(hostileAdd(i));
      if (i % (SIZE / 50) == 0) {
        beServedHonestly();
      }
    }
    beServedHonestly();
    assertEquals(records.count(), machine.records());
    assertEquals(providers.count(), machine.providers());
    assertEquals(0, machine.underWay());
    long refused = machine.count(Counter.RECORDS_REFUSED) + machine.count(Counter.PROVIDERS_REFUSED);
    assertTrue(refused > SIZE / 10, refused + " were refused");
  }

  private record Asked(PeerId from, Multiaddr at, Message message) {}

  private void beHonest() throws FormatException {
    for (int i = 0; i < HONEST; i++) {
      byte[] key = honestKeys.get(i);
      Contact contact = TestPeers.contact(i + 1);
      ask(new Asked(contact.peer(), contact.addresses().get(0), Message.putValue(new ValueRecord(key, honest(i)))));
      ask(new Asked(contact.peer(), contact.addresses().get(0), Message.addProvider(key, contact)));
    }
  }

  /** Of the highest rank there is, so that what others put is worse. */
  private static byte[] honest(int number) {
    return ByteBuffer.allocate(8).putInt(-1).putInt(number).array();
  }

  private void beServedHonestly() throws FormatException {
    for (int i = 0; i < HONEST; i++) {
      byte[] key = honestKeys.get(i);
      PeerId asker = TestPeers.peer(100 + i);
      Message value = ask(new Asked(asker, HONEST_AT, Message.getValue(key)));
      assertNotNull(value.record(), "a record that was there before is gone");
      assertArrayEquals(honest(i), value.record().value());
      Message found = ask(new Asked(asker, HONEST_AT, Message.getProviders(key)));
      assertTrue(found.providers().contains(TestPeers.contact(i + 1)), "a provider that was there before is gone");
    }
  }

  /** Asks one millisecond after the request before, and gives back the answer as it is read, or {@code null}. */
  private Message ask(Asked asked) throws FormatException {
    now += MILLI;
    if (now / MILLI % 1000 == 0) {
      eachSecond.run();
    }
    if (machine.deadline() <= now) {
      machine.onDeadline(now);
    }
    answered = null;
    machine.onRequest(now, ++exchange, asked.from, asked.at, Message.read(raw(asked.message), limits));
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      if (action instanceof Action.Check check) {
        machine.onChecked(now, check.check(),
            check.validator().check(check.wallMillis(), Namespaces.name(check.key()), check.value()));
      } else if (action instanceof Action.Respond || action instanceof Action.Refuse) {
        answered = action;
      }
    }
    assertNotNull(answered, "every request is answered or refused");
    return answered instanceof Action.Respond respond && respond.messageOrNull() != null
        ? read(MessageWriter.write(respond.messageOrNull(), limits.getMaxAnswerSize())) : null;
  }

  private Message read(byte[] frame) throws FormatException {
    return Message.read(new MessageFramer(limits.getMaxMessageSize()).next(ByteBuffer.wrap(frame)), limits);
  }

  /** With everything in it: our own writer leaves out what is too much. */
  private static byte[] raw(Message message) {
    DhtProto.Message.Builder raw = DhtProto.Message.newBuilder().setTypeValue(message.type().ordinal())
        .setKey(ByteString.copyFrom(message.key()));
    if (message.record() != null) {
      raw.getRecordBuilder().setKey(ByteString.copyFrom(message.record().key()))
          .setValue(ByteString.copyFrom(message.record().value()));
    }
    for (Contact contact : message.providers()) {
      DhtProto.Message.Peer.Builder peer = raw.addProviderPeersBuilder()
          .setId(ByteString.copyFrom(contact.peer().toBytes()));
      contact.addresses().forEach(address -> peer.addAddrs(ByteString.copyFrom(address.toBytes())));
    }
    return raw.build().toByteArray();
  }

  private Asked hostilePut(int i) {
    int sender = i % ONE_OF == 0 ? 0 : random.nextInt(SENDERS);
    byte[] rank = ByteBuffer.allocate(4).putInt(i).array();
    byte[] key = switch (i % 7) {
      case 0, 1 -> TestPeers.utf8("/v/" + random.nextLong());
      case 2 -> fewKeys.get(random.nextInt(FEW));
      case 3 -> honestKeys.get(random.nextInt(HONEST));
      case 4 -> ByteBuffer.allocate(32).putLong(random.nextLong()).array();
      case 5 -> longKey();
      default -> TestPeers.utf8("/v/mine " + sender + " " + random.nextInt(10));
    };
    int size = i % 12 == 5 ? limits.getMaxValueSize() : 4 + random.nextInt(i % 5 == 0 ? 2000 : 100);
    return new Asked(senders.get(sender), at(sender),
        Message.putValue(new ValueRecord(key, Arrays.copyOf(rank, size))));
  }

  private byte[] longKey() {
    byte[] key = new byte[limits.getMaxKeyLength()];
    random.nextBytes(key);
    System.arraycopy(TestPeers.utf8("/v/"), 0, key, 0, 3);
    return key;
  }

  /** Most are in nets of their own, some are all of one. */
  private static Multiaddr at(int sender) {
    return sender % 5 == 0 ? Multiaddr.tcp("203.0." + sender / 256 % 256 + "." + sender % 256, 4001)
        : TestPeers.address(sender);
  }

  private Asked hostileAdd(int i) {
    int sender = i % ONE_OF == 0 ? 0 : random.nextInt(SENDERS);
    byte[] key = switch (i % 6) {
      case 0, 1 -> ByteBuffer.allocate(34).putLong(random.nextLong()).array();
      case 2 -> fewKeys.get(random.nextInt(FEW));
      case 3 -> honestKeys.get(random.nextInt(HONEST));
      case 4 -> longKey();
      default -> TestPeers.utf8("mine " + sender + " " + random.nextInt(10));
    };
    List<Multiaddr> addresses = i % 3 == 0 ? longAddresses : List.of(at(sender));
    return new Asked(senders.get(sender), at(sender),
        Message.addProvider(key, new Contact(senders.get(sender), addresses)));
  }

  /** What is kept, for people. */
  @Override
  public String toString() {
    return 2 * SIZE + " requests; records: " + records + "; providers: " + providers;
  }
}
