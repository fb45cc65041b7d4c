package io.peerbus.yamux;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Two sessions, their owners and the wire; and beside them what should come of it: a count for each half stream. */
final class ModelWorld {

  static final int MAX_TRANSMISSION = 70_000;

  private static final int PERIOD = 1 << 16;
  private static final int LARGE = 400_000;
  /** What is written: the byte at an offset is that of the pattern, so that a count is all there is to remember. */
  private static final byte[] PATTERN = pattern();

  final Owner[] owners;
  final List<Stream> streams = new ArrayList<>();
  private final Map<Integer, Stream> byId = new HashMap<>();
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
    final int id;
    /** By writer: 0 the dialer, 1 the listener. */
    final Half[] halves = {new Half(), new Half()};
    boolean arrived;
    boolean accepted;
    Integer resetBy;

    Stream(int id) {
      this.id = id;
    }

    int opener() {
      return id & 1 ^ 1;
    }

    @Override
    public String toString() {
      return "stream " + id + ", reset by " + resetBy;
    }
  }

  final class Owner {
    final int index;
    final Session session;
    final ActionRules rules;
    final ArrayDeque<ByteBuffer> wire = new ArrayDeque<>();
    Action.Closed closed;

    Owner(int index, YamuxOptions options) {
      Session.Role role = Session.Role.values()[index];
      this.index = index;
      this.session = new Session(role, options);
      this.rules = new ActionRules(role);
    }

    void drain() {
      for (Action action = session.poll(); action != null; action = session.poll()) {
        rules.told(action, session);
        on(action);
      }
    }

    private void on(Action action) {
      if (action instanceof Action.Opened opened) {
        byId.get(opened.stream()).arrived = true;
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
      } else if (action instanceof Action.Closed over) {
        closed = over;
      }
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
  ModelWorld(SplittableRandom random, ByteBuffer scratch) {
    this.random = random;
    this.scratch = scratch;
    this.bulky = random.nextInt(10) == 0;
    YamuxOptions options = new YamuxOptions();
    if (random.nextInt(3) == 0) {
      options.setAcceptBacklog(1 + random.nextInt(3)).setMaxInboundStreams(2 + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      options.setMaxUnacknowledged(1 + random.nextInt(3)).setMaxOutboundStreams(2 + random.nextInt(4)).setMaxGrowth(0);
    }
    this.owners = new Owner[] {new Owner(0, options), new Owner(1, options)};
  }

  /** One thing happens. */
  void move() {
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
      owner.session.ping(now);
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
    owners[owner].session.close(now, CloseCode.NORMAL);
    owners[owner].drain();
    settle();
  }

  /** Nothing arrives any more, and time goes on: the timers of both sides must end it. */
  void cut() {
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
    int id = owner.session.open(now);
    if (id > 0) {
      owner.rules.opened(id);
      Stream stream = new Stream(id);
      streams.add(stream);
      byId.put(id, stream);
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
    owner.session.write(now, stream.id, ByteBuffer.wrap(PATTERN, from, size).slice());
    owner.rules.wrote(stream.id, size);
    half.written += size;
    stream.accepted = true;
  }

  private void end(Owner owner, Stream stream) {
    if (isUsable(owner, stream) && !stream.halves[owner.index].ended) {
      owner.session.end(now, stream.id);
      owner.rules.ended(stream.id);
      stream.halves[owner.index].ended = true;
    }
  }

  private void reset(Owner owner, Stream stream) {
    if (isUsable(owner, stream)) {
      owner.session.reset(now, stream.id, random.nextInt());
      owner.rules.reset(stream.id);
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
      owner.session.consumed(now, stream.id, bytes);
      owner.rules.consumed(stream.id, bytes);
    }
  }

  private void accept(Owner owner, Stream stream) {
    if (stream != null && stream.opener() != owner.index) {
      owner.session.accept(now, stream.id);
    }
  }

  private boolean transmit(Owner owner, int size) {
    if (!owner.session.hasOutput()) {
      return false;
    }
    int written = owner.session.transmit(now, scratch.clear().limit(size));
    check(written > 0, "output announced and not given");
    owner.wire.add(ByteBuffer.allocate(written).put(scratch.flip()).flip());
    owner.drain();
    return true;
  }

  private boolean deliver(Owner owner) {
    ByteBuffer bytes = owner.wire.peek();
    if (bytes == null) {
      return false;
    }
    Owner to = owners[1 - owner.index];
    int size = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.remaining()) : bytes.remaining();
    to.session.onBytes(now, bytes.slice(bytes.position(), size));
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
      if (owner.session.deadline() <= now) {
        owner.session.onDeadline(now);
        owner.drain();
      }
    }
  }

  private Stream any() {
    return streams.isEmpty() ? null : streams.get(random.nextInt(streams.size()));
  }

  private static boolean isUsable(Owner owner, Stream stream) {
    return stream != null && !stream.halves[owner.index].over && (stream.arrived || stream.opener() == owner.index);
  }

  private static byte[] pattern() {
    byte[] pattern = new byte[PERIOD + LARGE];
    System.arraycopy(Frames.bytes(PERIOD, 7), 0, pattern, 0, PERIOD);
    for (int i = PERIOD; i < pattern.length; i++) {
      pattern[i] = pattern[i - PERIOD];
    }
    return pattern;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
