package io.peerbus.muxer;

import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Two muxers, their owners and the wire; and beside them what should come of it: a count for each half stream. */
public final class ModelWorld {

  public static final int MAX_TRANSMISSION = 70_000;

  private static final int PERIOD = 1 << 16;
  private static final int LARGE = 400_000;
  /** What is written: the byte at an offset is that of the pattern, so that a count is all there is to remember. */
  private static final byte[] PATTERN = pattern();

  final ModelKind kind;
  public final Owner[] owners;
  final List<Stream> streams = new ArrayList<>();
  private final Map<Long, Stream> byName = new HashMap<>();
  private final SplittableRandom random;
  private final boolean bulky;
  private final ByteBuffer scratch;
  private long now = 1;

  /** One direction of a stream, named by its writer. */
  static final class Half {
    long written;
    long received;
    long unread;
    /** The writer ended it, the reader saw the end, the writer's session forgot the stream. */
    boolean ended;
    boolean endSeen;
    boolean finished;
    /** The writer knows that the stream is over, in whatever way. */
    boolean over;
  }

  static final class Stream {
    final int opener;
    /** What each side calls it. */
    final int[] ids = new int[2];
    /** By writer: 0 the dialer, 1 the listener. */
    final Half[] halves = {new Half(), new Half()};
    boolean arrived;
    boolean accepted;
    Integer resetBy;

    Stream(int opener) {
      this.opener = opener;
    }

    @Override
    public String toString() {
      return "stream " + ids[opener] + ", reset by " + resetBy;
    }
  }

  /** One side. */
  public final class Owner {
    public final Muxer muxer;
    final int index;
    final ActionRules rules;
    final ArrayDeque<ByteBuffer> wire = new ArrayDeque<>();
    final Map<Integer, Stream> byId = new HashMap<>();
    Action.Closed closed;

    Owner(int index) {
      this.index = index;
      this.muxer = kind.create(index == 0);
      this.rules = new ActionRules(index == 0, stream -> kind.unreadBound(muxer, stream));
    }

    /** How it ended, or {@code null}. */
    public Action.Closed closed() {
      return closed;
    }

    void drain() {
      for (Action action = muxer.poll(); action != null; action = muxer.poll()) {
        rules.told(action);
        on(action);
      }
    }

    private void on(Action action) {
      if (action instanceof Action.Opened opened) {
        arrived(opened.stream());
      } else if (action instanceof Action.Received received) {
        receive(byId.get(received.stream()).halves[1 - index], received);
      } else if (action instanceof Action.Ended ended) {
        Half half = byId.get(ended.stream()).halves[1 - index];
        check(half.ended && half.received == half.written, "ended early: " + action);
        half.endSeen = true;
      } else if (action instanceof Action.Finished finished) {
        Half half = byId.get(finished.stream()).halves[index];
        half.finished = true;
        half.over = true;
      } else if (action instanceof Action.Reset reset) {
        Stream stream = byId.get(reset.stream());
        check(stream.resetBy != null || !stream.arrived, "nobody reset it: " + action);
        stream.halves[index].over = true;
      } else if (action instanceof Action.Overrun overrun) {
        Stream stream = byId.get(overrun.stream());
        stream.halves[index].over = true;
        stream.resetBy = index;
        stream.halves[1 - index].over |= stream.halves[1 - index].finished;
      } else if (action instanceof Action.Closed over) {
        closed = over;
      }
    }

    private void arrived(int id) {
      Stream stream = byName.get(key(1 - index, kind.name(muxer, id)));
      check(stream.opener != index && !stream.arrived, "not opened there: " + stream);
      stream.arrived = true;
      stream.ids[index] = id;
      byId.put(id, stream);
    }

    private void receive(Half half, Action.Received received) {
      ByteBuffer data = received.data();
      int from = (int) (half.received % PERIOD);
      int size = data.remaining();
      check(data.equals(ByteBuffer.wrap(PATTERN, from, size)), "other bytes than were written: " + received);
      half.received += size;
      half.unread += size;
      check(half.received <= half.written, "more than was written: " + received);
    }
  }

  /** {@code scratch} has at least {@link #MAX_TRANSMISSION} bytes. */
  ModelWorld(ModelKind kind, SplittableRandom random, ByteBuffer scratch) {
    this.kind = kind;
    this.random = random;
    this.scratch = scratch;
    this.bulky = random.nextInt(10) == 0;
    this.owners = new Owner[] {new Owner(0), new Owner(1)};
  }

  private static long key(int opener, long name) {
    return name << 1 | opener;
  }

  /** One thing happens. */
  public void move() {
    Owner owner = owners[random.nextInt(2)];
    int chance = random.nextInt(100);
    if (chance < 10) {
      open(owner);
    } else if (chance < 30) {
      write(owner);
    } else if (chance < 36) {
      end(owner, any());
    } else if (chance < 38) {
      reset(owner, any());
    } else if (chance < 50) {
      consume(owner, any(), random.nextInt(1, 4));
    } else if (chance < 58) {
      accept(owner, any());
    } else if (chance < 60) {
      kind.ping(now, owner.muxer);
    } else if (chance < 63) {
      pass(random.nextLong(100_000_000));
    } else if (chance < 80) {
      transmit(owner, 13 + random.nextInt(MAX_TRANSMISSION - 13));
    } else {
      deliver(owner);
    }
    owner.drain();
  }

  /** Everyone reads all, accepts all and ends all, until nothing moves. */
  void settle() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Owner owner : owners) {
        for (Stream stream : streams) {
          accept(owner, stream);
          consume(owner, stream, 1);
          end(owner, stream);
        }
        while (transmit(owner, 65_519) | deliver(owner)) {
          moved = true;
        }
        owner.drain();
      }
    }
  }

  void close(int owner) {
    owners[owner].muxer.close(now);
    owners[owner].drain();
    settle();
  }

  /** Nothing arrives any more, and time goes on: the timers of both sides must end it. */
  public void cut() {
    for (int second = 0; second < 100; second++) {
      pass(1_000_000_000);
      for (Owner owner : owners) {
        if (random.nextBoolean()) {
          transmit(owner, MAX_TRANSMISSION);
        }
        owner.wire.clear();
      }
    }
  }

  private void open(Owner owner) {
    int id = owner.muxer.open(now);
    if (id > 0) {
      owner.rules.opened(id);
      Stream stream = new Stream(owner.index);
      stream.ids[owner.index] = id;
      streams.add(stream);
      owner.byId.put(id, stream);
      byName.put(key(owner.index, kind.name(owner.muxer, id)), stream);
    }
  }

  private void write(Owner owner) {
    Stream stream = any();
    if (!isUsable(owner, stream) || stream.halves[owner.index].ended) {
      return;
    }
    Half half = stream.halves[owner.index];
    int size = random.nextInt(8) == 0 && bulky ? random.nextInt(LARGE) : random.nextInt(2000);
    int from = (int) (half.written % PERIOD);
    owner.muxer.write(now, stream.ids[owner.index], ByteBuffer.wrap(PATTERN, from, size).slice());
    owner.rules.wrote(stream.ids[owner.index], size);
    half.written += size;
    stream.accepted = true;
  }

  private void end(Owner owner, Stream stream) {
    if (isUsable(owner, stream) && !stream.halves[owner.index].ended) {
      owner.muxer.end(now, stream.ids[owner.index]);
      owner.rules.ended(stream.ids[owner.index]);
      stream.halves[owner.index].ended = true;
    }
  }

  private void reset(Owner owner, Stream stream) {
    if (isUsable(owner, stream)) {
      owner.muxer.reset(now, stream.ids[owner.index], random.nextInt());
      owner.rules.reset(stream.ids[owner.index]);
      stream.halves[owner.index].over = true;
      stream.resetBy = owner.index;
      // The other side may never hear of it: when its own end crossed, or when the SYN was not sent yet.
      Half other = stream.halves[1 - owner.index];
      other.over |= !stream.arrived || other.finished;
    }
  }

  private void consume(Owner owner, Stream stream, int parts) {
    if (stream == null) {
      return;
    }
    Half half = stream.halves[1 - owner.index];
    int bytes = (int) (half.unread / parts);
    if (bytes > 0) {
      half.unread -= bytes;
      owner.muxer.consumed(now, stream.ids[owner.index], bytes);
      owner.rules.consumed(stream.ids[owner.index], bytes);
    }
  }

  private void accept(Owner owner, Stream stream) {
    if (stream != null && stream.opener != owner.index && stream.arrived) {
      owner.muxer.accept(now, stream.ids[owner.index]);
    }
  }

  private boolean transmit(Owner owner, int size) {
    if (!owner.muxer.hasOutput()) {
      return false;
    }
    int written = owner.muxer.transmit(now, scratch.clear().limit(size));
    check(written > 0, "output announced and not given");
    owner.wire.add(ByteBuffer.allocate(written).put(scratch.flip()).flip());
    owner.drain();
    return true;
  }

  private boolean deliver(Owner owner) {
    ByteBuffer bytes = owner.wire.peek();
    Owner to = owners[1 - owner.index];
    if (bytes == null || to.muxer.isFull()) {
      return false;
    }
    int size = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.remaining()) : bytes.remaining();
    kind.deliver(now, to.muxer, bytes.slice(bytes.position(), size));
    bytes.position(bytes.position() + size);
    if (!bytes.hasRemaining()) {
      owner.wire.remove();
    }
    to.drain();
    return true;
  }

  private void pass(long nanos) {
    now += nanos;
    for (Owner owner : owners) {
      if (owner.muxer.deadline() <= now) {
        owner.muxer.onDeadline(now);
        owner.drain();
      }
    }
  }

  private Stream any() {
    return streams.isEmpty() ? null : streams.get(random.nextInt(streams.size()));
  }

  private static boolean isUsable(Owner owner, Stream stream) {
    return stream != null && !stream.halves[owner.index].over && (stream.arrived || stream.opener == owner.index);
  }

  private static byte[] pattern() {
    byte[] pattern = new byte[PERIOD + LARGE];
    System.arraycopy(bytes(), 0, pattern, 0, PERIOD);
    for (int i = PERIOD; i < pattern.length; i++) {
      pattern[i] = pattern[i - PERIOD];
    }
    return pattern;
  }

  private static byte[] bytes() {
    byte[] bytes = new byte[PERIOD];
    new SplittableRandom(7).nextBytes(bytes);
    return bytes;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
