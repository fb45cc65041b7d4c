package io.peerbus.mplex;

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
    Session[] sessions = sessions(9, new MplexOptions());
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

  /** A hundred thousand frames of each kind that does nothing, two bytes each. */
  @Example
  void framesThatDoNothingCostNothing() {
    for (ByteBuffer frame : List.of(Frames.frame(Flag.MESSAGE_INITIATOR, 1), Frames.frame(Flag.MESSAGE_RECEIVER, 2),
        Frames.frame(Flag.CLOSE_RECEIVER, 2), Frames.frame(Flag.RESET_INITIATOR, 7))) {
      ByteBuffer input = ByteBuffer.allocate(MANY * frame.remaining());
      while (input.hasRemaining()) {
        input.put(frame.duplicate());
      }
      input.flip();
      Session[] sessions = sessions(8, new MplexOptions());
      for (Session session : sessions) {
        session.onBytes(1, Frames.open(1));
      }
      int[] next = {0};
      Allocation.assertAtMost(Allocation.ALLOWANCE, () -> sessions[next[0]++].onBytes(1, input.duplicate()));
    }
  }

  @Example
  void noLengthIsBelieved() {
    for (Flag flag : Flag.values()) {
      for (int length : new int[] {1 << 20, (1 << 20) + 1, Integer.MAX_VALUE}) {
        ByteBuffer header = ByteBuffer.allocate(20);
        Header.write(header, flag, 1, length);
        header.flip();
        Session[] sessions = sessions(8, new MplexOptions());
        int[] next = {0};
        Allocation.assertBounded(header.remaining(), () -> sessions[next[0]++].onBytes(1, header.duplicate()));
        assertEquals(length > 1 << 20, sessions[0].isClosed());
      }
    }
  }

  @Example
  void everySequenceOfFourFramesOfOneStream() {
    List<ByteBuffer> alphabet = new ArrayList<>();
    for (Flag flag : Flag.values()) {
      alphabet.add(Frames.frame(flag, 1));
      alphabet.add(Frames.frame(flag, 1, new byte[] {1}));
    }
    int size = alphabet.size();
    for (int i = 0; i < size * size * size * size; i++) {
      ByteBuffer[] frames = {alphabet.get(i % size), alphabet.get(i / size % size),
        alphabet.get(i / size / size % size), alphabet.get(i / size / size / size)};
      checkOneStream(frames);
    }
  }

  /** Compares with the simplest account of the streams of one number that there is. */
  private static void checkOneStream(ByteBuffer[] frames) {
    Session session = new Session(false, new MplexOptions());
    boolean open = false;
    boolean ended = false;
    boolean broken = false;
    int[] expected = new int[4]; // opened, bytes, ended, reset
    for (ByteBuffer frame : frames) {
      session.onBytes(1, frame.duplicate());
      Flag flag = Flag.of(frame.get(0) & 7);
      int payload = frame.get(1);
      broken |= open && flag == Flag.NEW_STREAM;
      if (broken || !open && flag != Flag.NEW_STREAM || !flag.isOfInitiator()) {
        continue;
      }
      boolean late = ended && flag == Flag.MESSAGE_INITIATOR && payload > 0;
      switch (flag) {
        case NEW_STREAM -> expected[0]++;
        case MESSAGE_INITIATOR -> expected[1] += late ? 0 : payload;
        case CLOSE_INITIATOR -> expected[2] += ended ? 0 : 1;
        default -> { }
      }
      boolean reset = late || flag == Flag.RESET_INITIATOR;
      expected[3] += reset ? 1 : 0;
      open = !reset;
      ended = !reset && (flag == Flag.CLOSE_INITIATOR || ended && flag != Flag.NEW_STREAM);
    }
    assertEquals(broken, session.isClosed());
    assertEquals(Arrays.toString(expected), Arrays.toString(counts(session)),
        () -> "after " + Arrays.stream(frames).map(Frames::hex).toList());
  }

  private static int[] counts(Session session) {
    int[] counts = new int[4];
    for (Action action = session.poll(); action != null; action = session.poll()) {
      counts[0] += action instanceof Action.Opened ? 1 : 0;
      counts[1] += action instanceof Action.Received received ? received.data().remaining() : 0;
      counts[2] += action instanceof Action.Ended ? 1 : 0;
      counts[3] += action instanceof Action.Reset ? 1 : 0;
    }
    return counts;
  }

  private static Session[] sessions(int count, MplexOptions options) {
    Session[] sessions = new Session[count];
    Arrays.setAll(sessions, i -> new Session(false, options));
    return sessions;
  }

  /** The actions and the output of a fresh listener, with payload joined, and all rules checked on the way. */
  static List<Object> feed(ByteBuffer input, int chunk) {
    MplexOptions options = new MplexOptions();
    Session session = new Session(false, options);
    ActionRules rules = new ActionRules(false,
        stream -> session.streams().get(stream) == null ? -1 : 2 * options.getMaxUnread());
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
    Arbitrary<Long> number = Arbitraries.frequencyOf(
      Tuple.of(10, Arbitraries.of(0L, 1L, 2L, 3L)),
      Tuple.of(1, Arbitraries.longs().between(0, (1L << 60) - 1)));
    Arbitrary<Flag> flag = Arbitraries.frequencyOf(
      Tuple.of(3, Arbitraries.of(Flag.NEW_STREAM, Flag.MESSAGE_INITIATOR)),
      Tuple.of(1, Arbitraries.of(Flag.class)));
    return Combinators.combine(flag, number, Arbitraries.integers().between(0, 40))
      .as((f, n, size) -> Frames.frame(f, n, Frames.bytes(size, size))).list().ofMaxSize(30);
  }
}
