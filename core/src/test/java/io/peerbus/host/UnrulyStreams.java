package io.peerbus.host;

import io.peerbus.api.Host;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random streams between two nodes, and beside them what should come of them: a count for each direction. All on one
 * event loop, which both nodes and this share.
 */
final class UnrulyStreams {

  static final String PROTOCOL = "/unruly/1.0.0";

  private static final int HEADER = Integer.BYTES;
  private static final int USUAL = 3_000;
  private static final int LARGE = 400_000;

  private final Map<Integer, Talk> talks = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final Promise<Void> done = Promise.promise();
  private int numbers;
  private int opening;
  private int live;
  private int unwritten;
  private boolean begun;

  /** One stream with its two ends: 0 is the one that opened it. */
  private static final class Talk {
    final int number;
    final End[] ends = new End[2];

    Talk(int number) {
      this.number = number;
    }
  }

  /** Takes the streams of others; to be called on the host's context. */
  Future<Registration> serve(Host host) {
    return host.handle(PROTOCOL, stream -> new End(null, 1).begin(stream));
  }

  /** Opens so many streams, all at once. */
  void open(Host host, PeerId peer, int count, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      Talk talk = new Talk(numbers++);
      talks.put(talk.number, talk);
      opening++;
      SplittableRandom own = random.split();
      host.openConnected(peer, List.of(PROTOCOL)).onComplete(opened -> {
        if (opened.succeeded()) {
          End end = new End(talk, 0);
          end.random = own;
          end.accepterRandom = own.split();
          end.begin(opened.result());
        }
        opening--;
        settle();
      });
    }
  }

  /** No more streams are opened. Completes when all are over at both ends; late ones may come yet. */
  Future<Void> over() {
    begun = true;
    settle();
    return done.future();
  }

  private void settle() {
    if (begun && opening == 0 && live == 0) {
      done.tryComplete();
    }
  }

  /** Whether something is still open, or a write was not answered. */
  boolean isIdle() {
    return live == 0 && unwritten == 0;
  }

  /** What was not as it should be; with {@code whole} every stream that nobody reset must have had all its bytes. */
  List<String> wrong(boolean whole) {
    for (Talk talk : talks.values()) {
      boolean reset = false;
      for (End end : talk.ends) {
        reset |= end == null || end.resets;
      }
      for (End end : talk.ends) {
        if (whole && !reset && (!end.endSeen || end.received != end.other().written)) {
          wrong.add(end + " had " + end.received + " of " + end.other().written + " bytes, its end: " + end.endSeen);
        }
        if (whole && end == null && talk.ends[0] == null) {
          wrong.add("stream " + talk.number + " was not opened");
        }
      }
    }
    return wrong;
  }

  /** One end of a stream. */
  private final class End {
    private final int side;
    private final Buffer header = Buffer.buffer();
    private final Context context = Vertx.currentContext();
    private Talk talk; // null until the first bytes have said which it is
    private SplittableRandom random;
    private SplittableRandom accepterRandom;
    private Stream stream;
    private long written;
    private long received;
    private boolean ended;
    private boolean endSeen;
    private boolean resets;
    private boolean closed;
    private int steps;

    End(Talk talk, int side) {
      this.talk = talk;
      this.side = side;
    }

    @Override
    public String toString() {
      return "stream " + (talk == null ? "?" : talk.number) + " at " + side;
    }

    private End other() {
      return talk.ends[1 - side];
    }

    private void expect(boolean holds, String otherwise) {
      if (!holds) {
        wrong.add(this + ": " + otherwise);
      }
    }

    void begin(Stream opened) {
      stream = opened;
      live++;
      stream.closeHandler(over -> {
        expect(!closed, "closed twice");
        closed = true;
        live--;
        settle();
      });
      stream.handler(this::receive);
      stream.endHandler(end -> {
        expect(!closed && !endSeen, "ended twice or late");
        expect(talk == null || other() != null && other().ended && received == other().written, "ended early");
        endSeen = true;
      });
      if (talk != null) {
        talk.ends[side] = this;
        write(Buffer.buffer().appendInt(talk.number));
        act();
      }
    }

    private void receive(Buffer bytes) {
      expect(!closed && !endSeen, "bytes after the end");
      Buffer body = bytes;
      if (side == 1 && header.length() < HEADER) {
        int missing = Math.min(HEADER - header.length(), bytes.length());
        header.appendBuffer(bytes.slice(0, missing));
        body = bytes.slice(missing, bytes.length());
        if (header.length() == HEADER) {
          introduce(talks.get(header.getInt(0)));
        }
      }
      for (int i = 0; i < body.length(); i++) {
        if (body.getByte(i) != pattern(1 - side, received + i)) {
          expect(false, "another byte at " + (received + i));
          break;
        }
      }
      received += body.length();
      expect(body.length() == 0 || received <= other().written, "more than was written");
    }

    private void introduce(Talk known) {
      talk = known;
      talk.ends[side] = this;
      random = other().accepterRandom;
      act();
    }

    private byte pattern(int writer, long offset) {
      return (byte) (31 * offset + 7L * talk.number + writer);
    }

    private void write(Buffer bytes) {
      unwritten++;
      stream.write(bytes).onComplete(done -> unwritten--);
    }

    /** One thing after the other, to the end of this direction. */
    private void act() {
      if (closed || ended) {
        return;
      }
      int chance = random.nextInt(100);
      if (chance < 3) {
        resets = true;
        stream.reset();
        return;
      }
      if (chance < 10) {
        stream.pause();
        context.owner().setTimer(1 + random.nextInt(3), later -> stream.resume());
      } else if (chance < 15 || ++steps > 20) {
        ended = true;
        stream.end();
        return;
      } else {
        writeSome();
      }
      if (stream.writeQueueFull()) {
        stream.drainHandler(drained -> {
          stream.drainHandler(null); // or a later one would begin a second row of steps
          act();
        });
      } else {
        context.runOnContext(now -> act());
      }
    }

    private void writeSome() {
      int size = 1 + random.nextInt(random.nextInt(40) == 0 ? LARGE : USUAL);
      Buffer bytes = Buffer.buffer(size);
      for (int i = 0; i < size; i++) {
        bytes.appendByte(pattern(side, written + i));
      }
      written += size;
      write(bytes);
    }
  }
}
