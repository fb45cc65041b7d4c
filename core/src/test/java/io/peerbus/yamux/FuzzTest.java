package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.muxer.ActionRules;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/** Whatever comes, no exception leaves a session, its actions make sense, and memory is that of what came. */
class FuzzTest {

  /** Of a stream's state and its {@code Opened}: the cost of opening, which the limits of streams bound. */
  private static final int STREAM_COST = 640;

  /** Of anything else that the owner is told, with the slice of the input that holds a frame's payload. */
  private static final int ACTION_COST = 128;

  private static final int MANY = 100_000;

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void anyBytes(@ForAll @Size(max = 300) byte[] bytes) {
    feed(ByteBuffer.wrap(bytes), bytes.length);
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void anyFrames(@ForAll("frames") List<ByteBuffer> frames) {
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    feed(input, input.remaining());
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void framesWithDamage(@ForAll("frames") List<ByteBuffer> frames, @ForAll long seed) {
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    Random random = new Random(seed);
    for (int i = 0; i < 3 && input.hasRemaining(); i++) {
      input.put(random.nextInt(input.limit()), (byte) random.nextInt());
    }
    feed(input.limit(random.nextInt(input.limit() + 1)), 1 + random.nextInt(40));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void oneByteAtATimeIsAsGoodAsAllAtOnce(@ForAll("frames") List<ByteBuffer> frames) {
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    List<Object> atOnce = feed(input, input.remaining());
    assertEquals(atOnce, feed(input, 1));
    assertEquals(atOnce, feed(input, 7));
    assertEquals(atOnce, feed(input, 13));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void memoryIsThatOfWhatCame(@ForAll("frames") List<ByteBuffer> frames) {
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    List<Object> told = new ArrayList<>();
    Session[] sessions = sessions(9, new YamuxOptions());
    sessions[8].onBytes(1, input.duplicate());
    for (Action action = sessions[8].poll(); action != null; action = sessions[8].poll()) {
      told.add(action);
    }
    long opened = told.stream().filter(Action.Opened.class::isInstance).count();
    long bound = 2L * input.remaining() + Allocation.ALLOWANCE + opened * STREAM_COST
        + (told.size() - opened) * ACTION_COST;
    int[] next = {0};
    Allocation.assertAtMost(bound, () -> sessions[next[0]++].onBytes(1, input.duplicate()));
  }

  /** Frames that open nothing, whatever they are: the decoder alone. */
  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void framesOfASessionWithoutStreamsKeepTheBound(@ForAll("frames") List<ByteBuffer> frames) {
    for (ByteBuffer frame : frames) {
      frame.putShort(2, (short) (frame.getShort(2) & ~(frame.get(1) < 2 ? Flags.SYN : 0)));
    }
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    Session[] sessions = sessions(8, new YamuxOptions());
    int[] next = {0};
    Allocation.assertBounded(input.remaining(), () -> sessions[next[0]++].onBytes(1, input.duplicate()));
  }

  /** Streams that are refused make no state, and what is owed to them little. */
  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void framesOfStreamsThatAreRefusedKeepTheBound(@ForAll("frames") List<ByteBuffer> frames) {
    ByteBuffer input = Frames.join(frames.toArray(ByteBuffer[]::new));
    Session[] sessions = sessions(8, new YamuxOptions().setMaxInboundStreams(1));
    for (Session session : sessions) {
      session.onBytes(1, Frames.update(Flags.SYN, 1_000_001, 0));
      session.poll();
    }
    int[] next = {0};
    Allocation.assertBounded(input.remaining(), () -> sessions[next[0]++].onBytes(1, input.duplicate()));
  }

  /** A hundred thousand frames of each kind that does nothing, twelve bytes each. */
  @Example
  void framesThatDoNothingCostNothing() {
    for (ByteBuffer frame : List.of(Frames.update(Flags.NONE, 1, 1), Frames.update(Flags.ACK, 1, 0),
        Frames.data(Flags.NONE, 1, new byte[0]), Frames.ping(Flags.ACK, 3), Frames.ping(Flags.NONE, 3))) {
      Allocation.assertAtMost(Allocation.ALLOWANCE, manyTimes(frame));
    }
    // The key by which an unknown stream is looked up may be an object.
    for (ByteBuffer frame : List.of(Frames.update(Flags.NONE, 70_001, 1), Frames.update(Flags.RST, 70_001, 0),
        Frames.data(Flags.FIN, 70_001, new byte[0]), Frames.data(Flags.NONE, 70_001, new byte[0]))) {
      Allocation.assertBounded(MANY * Header.SIZE, manyTimes(frame));
    }
  }

  private static Allocation.Code manyTimes(ByteBuffer frame) {
    ByteBuffer input = ByteBuffer.allocate(MANY * Header.SIZE);
    while (input.hasRemaining()) {
      input.put(frame.duplicate());
    }
    input.flip();
    Session[] sessions = sessions(8, new YamuxOptions());
    for (Session session : sessions) {
      session.onBytes(1, Frames.update(Flags.SYN, 1, 0));
    }
    int[] next = {0};
    return () -> sessions[next[0]++].onBytes(1, input.duplicate());
  }

  private static Session[] sessions(int count, YamuxOptions options) {
    Session[] sessions = new Session[count];
    Arrays.setAll(sessions, i -> new Session(Session.Role.LISTENER, options));
    return sessions;
  }

  @Example
  void noLengthIsBelieved() {
    for (int type = 0; type < 5; type++) {
      for (int flags = 0; flags < 16; flags++) {
        ByteBuffer header = ByteBuffer.allocate(Header.SIZE);
        header.putShort((short) type).putShort((short) flags).putInt(1).putInt(0x7fff_ffff);
        Session[] sessions = sessions(8, new YamuxOptions());
        int[] next = {0};
        Allocation.assertBounded(Header.SIZE, () -> sessions[next[0]++].onBytes(1, header.flip().duplicate()));
      }
    }
  }

  @Example
  void everySequenceOfFourFramesOfOneStream() {
    List<ByteBuffer> alphabet = new ArrayList<>();
    for (int flags : new int[] {0, 1, 2, 4, 5, 8, 9, 12}) {
      alphabet.add(Frames.data(flags, 1, new byte[0]));
      alphabet.add(Frames.data(flags, 1, new byte[] {1}));
    }
    for (int flags : new int[] {0, 1, 4, 8}) {
      alphabet.add(Frames.update(flags, 1, 1));
    }
    int size = alphabet.size();
    for (int i = 0; i < size * size * size * size; i++) {
      ByteBuffer[] frames = {alphabet.get(i % size), alphabet.get(i / size % size),
        alphabet.get(i / size / size % size), alphabet.get(i / size / size / size)};
      checkOneStream(frames);
    }
  }

  /** Compares with the simplest account of one inbound stream that there is. */
  private static void checkOneStream(ByteBuffer[] frames) {
    Session session = new Session(Session.Role.LISTENER, Probe.quiet());
    boolean opened = false;
    boolean over = false;
    boolean ended = false;
    int expectedBytes = 0;
    int expectedResets = 0;
    boolean broken = false;
    for (ByteBuffer frame : frames) {
      session.onBytes(1, frame.duplicate());
      int flags = frame.getShort(2);
      boolean isData = frame.get(1) == 0;
      int payload = isData ? frame.getInt(8) : 0;
      broken |= opened && (flags & Flags.SYN) != 0;
      opened |= (flags & Flags.SYN) != 0;
      if (broken || !opened || over) {
        continue;
      }
      boolean late = ended && payload > 0;
      expectedBytes += late ? 0 : payload;
      over = late || (flags & Flags.RST) != 0;
      expectedResets += over ? 1 : 0;
      ended |= !over && (flags & Flags.FIN) != 0;
    }
    int bytes = 0;
    int resets = 0;
    boolean end = false;
    for (Action action = session.poll(); action != null; action = session.poll()) {
      bytes += action instanceof Action.Received received ? received.data().remaining() : 0;
      resets += action instanceof Action.Reset ? 1 : 0;
      end |= action instanceof Action.Ended;
    }
    String sequence = "after " + List.of(frames).stream().map(Frames::hex).toList();
    assertEquals(broken, session.isClosed(), sequence);
    assertEquals(expectedBytes, bytes, sequence);
    assertEquals(expectedResets, resets, sequence);
    assertEquals(ended, end, sequence);
    assertEquals(opened && !over || broken, session.streams().get(1) != null || session.isClosed(), sequence);
  }

  /** The actions and the output of a fresh listener, with payload joined, and all rules checked on the way. */
  static List<Object> feed(ByteBuffer input, int chunk) {
    Session session = new Session(Session.Role.LISTENER, new YamuxOptions());
    ActionRules rules = new ActionRules(false, stream -> unreadBound(session, stream));
    List<Object> told = new ArrayList<>();
    Map<String, Integer> refused = new TreeMap<>();
    ByteBuffer rest = input.duplicate();
    while (rest.hasRemaining()) {
      int size = Math.min(Math.max(chunk, 1), rest.remaining());
      ByteBuffer piece = rest.slice(rest.position(), size);
      session.onBytes(1, piece);
      assertFalse(piece.hasRemaining());
      rest.position(rest.position() + size);
      for (Action action = session.poll(); action != null; action = session.poll()) {
        rules.told(action);
        if (action instanceof Action.Refused some) { // told by read, so how many at once depends on that
          refused.merge(some.message(), some.count(), Integer::sum);
        } else {
          tell(told, action);
        }
      }
    }
    told.add(refused);
    ByteBuffer out = ByteBuffer.allocate(8192);
    assertEquals(session.hasOutput(), session.transmit(1, out) > 0);
    told.add(out.flip());
    assertTrue(session.isClosed() || !session.hasOutput());
    return told;
  }

  private static int unreadBound(Session session, int id) {
    MuxedStream stream = session.streams().get(id);
    return stream == null ? -1 : stream.window.size();
  }

  private static void tell(List<Object> told, Action action) {
    Object last = told.isEmpty() ? null : told.get(told.size() - 1);
    if (action instanceof Action.Received now && last instanceof Action.Received before
        && now.stream() == before.stream()) {
      told.set(told.size() - 1, new Action.Received(now.stream(), Frames.join(before.data(), now.data())));
    } else {
      told.add(action);
    }
  }

  @Provide
  Arbitrary<List<ByteBuffer>> frames() {
    Arbitrary<Integer> stream = Arbitraries.frequencyOf(
      Tuple.of(10, Arbitraries.of(1, 3, 5, 7, 9)),
      Tuple.of(1, Arbitraries.of(0, 2, 4, -1, 20_001)));
    Arbitrary<Integer> flags = Arbitraries.frequencyOf(
      Tuple.of(6, Arbitraries.of(0, 1, 2, 4, 8)),
      Tuple.of(2, Arbitraries.integers().between(0, 15)),
      Tuple.of(1, Arbitraries.integers().between(0, 65_535)));
    Arbitrary<Long> length = Arbitraries.frequencyOf(
      Tuple.of(8, Arbitraries.longs().between(0, 300_000)),
      Tuple.of(1, Arbitraries.longs().between(0, 0xffff_ffffL)));
    Arbitrary<ByteBuffer> data = Combinators.combine(flags, stream, Arbitraries.integers().between(0, 40))
      .as((f, s, size) -> Frames.data(f, s, Frames.bytes(size, size)));
    Arbitrary<ByteBuffer> update = Combinators.combine(flags, stream, length).as(Frames::update);
    Arbitrary<ByteBuffer> other = Combinators.combine(Arbitraries.of(FrameType.class), flags, stream, length)
      .as(Frames::frame);
    return Arbitraries.frequencyOf(Tuple.of(6, data), Tuple.of(5, update),
      Tuple.of(1, other)).list().ofMaxSize(30);
  }
}
