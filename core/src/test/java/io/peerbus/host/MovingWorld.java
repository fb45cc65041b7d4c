package io.peerbus.host;

import io.peerbus.api.Stream;
import io.peerbus.bus.Allowance;
import io.peerbus.bus.PluginEnd;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrame.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One stream that goes from version to version of a plugin while both sides write: core's end and the plugins' are
 * real, the peer, the connection and the event bus are played. Each address keeps its order, two have none.
 */
final class MovingWorld implements CoreStream.Lower {

  static final long ID = 2;
  static final int WINDOW = 256 * 1024;

  /** One version of the plugin. */
  private final class Version {
    final int number;
    final ArrayDeque<StreamFrame> toCore = new ArrayDeque<>();
    final ArrayDeque<StreamFrame> inbox = new ArrayDeque<>();
    PluginEnd end;
    StreamFrame open;
    JsonObject rest;
    Buffer part = Buffer.buffer(); // read, and not dealt with
    int ends;

    Version(int number) {
      this.number = number;
    }

    void begin(JsonObject left) {
      end = new PluginEnd(ID, open.value(), toCore::add);
      toCore.add(StreamFrame.accept(ID, Allowance.INITIAL, Buffer.buffer()));
      if (left != null) {
        end.restore(left);
      }
      Stream stream = end.stream();
      stream.handler(this::read);
      stream.endHandler(ended -> ends++);
      stream.resetHandler(reset -> reasons.add(reset.getMessage()));
    }

    private void read(Buffer bytes) {
      part.appendBuffer(bytes);
      if (random.nextInt(4) > 0) {
        deal();
      }
    }

    void deal() {
      got.appendBuffer(part);
      part = Buffer.buffer();
    }

    void onFrame(StreamFrame frame) {
      if (frame.kind() == Kind.OPEN) {
        open = frame;
      } else {
        end.onFrame(frame);
      }
      if (end == null && open != null && (rest != null || number == 0)) {
        begin(rest);
        current = this;
      }
    }
  }

  final Buffer fromPeer = Buffer.buffer();
  final Buffer got = Buffer.buffer();
  final Buffer written = Buffer.buffer();
  final Buffer atPeer = Buffer.buffer();
  final List<String> reasons = new ArrayList<>();
  int window = WINDOW;
  int peerSawEnd;
  int moves;

  private final Random random;
  private final List<Version> versions = new ArrayList<>();
  private final Account account = new Account("plugin", Budget.DEFAULT);
  private final CoreStream core;
  private Version current;
  private int unframed;
  private boolean peerEnded;
  private boolean pluginEnded;

  MovingWorld(long seed) {
    random = new Random(seed);
    Version first = add();
    core = new CoreStream(ID, new Client(0, "plugin", "inbox 0", account), account.open(), this, first.inbox::add);
    first.inbox.add(StreamFrame.open(ID, Allowance.INITIAL, Buffer.buffer()));
  }

  private Version add() {
    Version next = new Version(versions.size());
    versions.add(next);
    return next;
  }

  @Override
  public void write(Buffer bytes) {
    atPeer.appendBuffer(bytes);
    unframed += bytes.length();
  }

  @Override
  public void end() {
    peerSawEnd++;
  }

  @Override
  public void reset(long code) {
    throw new AssertionError("core resets the stream");
  }

  @Override
  public void consumed(int bytes) {
    window += bytes;
    if (window > WINDOW) {
      throw new AssertionError("more of the window came back than was used: " + window);
    }
  }

  @Override
  public JsonObject describe() {
    return new JsonObject();
  }

  private Buffer bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  /** One thing happens somewhere. */
  void step() {
    switch (random.nextInt(12)) {
      case 0, 1 -> peerWrites(1 + random.nextInt(20_000));
      case 2 -> frame(1 + random.nextInt(40_000));
      case 3, 4, 5 -> toCore(versions.get(Math.max(0, versions.size() - 1 - random.nextInt(3))));
      case 6, 7, 8 -> toPlugin(versions.get(Math.max(0, versions.size() - 1 - random.nextInt(3))));
      case 9 -> pluginWrites(1 + random.nextInt(90_000));
      case 10 -> demand();
      default -> rarely();
    }
  }

  private void rarely() {
    switch (random.nextInt(60)) {
      case 0 -> peerEnds();
      case 1 -> pluginEnds();
      case 2, 3, 4, 5 -> move();
      default -> { }
    }
  }

  void peerWrites(int length) {
    int size = Math.min(length, window);
    if (!peerEnded && size > 0) {
      Buffer bytes = bytes(size);
      window -= size;
      fromPeer.appendBuffer(bytes);
      core.onData(bytes);
    }
  }

  /** Not while it moves with our half ended: then it would be over, and stay where it is. */
  void peerEnds() {
    boolean moving = current == null || current.end.isLeaving();
    if (!peerEnded && !(moving && pluginEnded)) {
      peerEnded = true;
      core.onEnded();
    }
  }

  private boolean isActive() {
    return current != null && !current.end.isLeaving() && !current.end.isClosed();
  }

  void pluginWrites(int length) {
    if (isActive() && !pluginEnded && !current.end.stream().writeQueueFull()) {
      Buffer bytes = bytes(length);
      written.appendBuffer(bytes);
      current.end.stream().write(bytes);
    }
  }

  void pluginEnds() {
    if (isActive() && !pluginEnded) {
      pluginEnded = true;
      current.end.stream().end();
    }
  }

  private void demand() {
    if (isActive()) {
      switch (random.nextInt(3)) {
        case 0 -> current.end.stream().pause();
        case 1 -> current.end.stream().fetch(2);
        default -> current.end.stream().resume();
      }
    }
  }

  /** Not when both have ended: then it is over, and stays where it is. */
  private void move() {
    if (!isActive() || peerEnded && pluginEnded) {
      return;
    }
    Version next = add();
    Buffer part = current.part;
    current.part = Buffer.buffer();
    current.end.moveTo(next.number, part).onSuccess(rest -> {
      moves++;
      next.rest = rest.copy();
      if (next.open != null) {
        next.begin(next.rest);
        current = next;
      }
    }).onFailure(e -> reasons.add(e.getMessage()));
  }

  private boolean toCore(Version from) {
    StreamFrame frame = from.toCore.poll();
    if (frame == null) {
      return false;
    }
    String breach = null;
    if (frame.kind() == Kind.MOVE) {
      Version next = versions.get((int) frame.value());
      core.moveTo(new Client(next.number, "plugin", "inbox " + next.number, account), next.inbox::add);
      from.inbox.add(StreamFrame.move(ID, next.number, Buffer.buffer()));
      next.inbox.add(StreamFrame.open(ID, Allowance.INITIAL, Buffer.buffer()));
    } else if (frame.kind() == Kind.ACCEPT) {
      breach = core.accept(frame.value()) ? null : "ACCEPT";
    } else {
      breach = core.isAccepted() ? core.onFrame(frame) : frame.kind() + " before ACCEPT";
    }
    if (breach != null) {
      throw new AssertionError("version " + from.number + ": " + breach);
    }
    return true;
  }

  private boolean toPlugin(Version to) {
    StreamFrame frame = to.inbox.poll();
    if (frame != null) {
      to.onFrame(frame);
    }
    return frame != null;
  }

  private boolean frame(int most) {
    int bytes = Math.min(most, unframed);
    unframed -= bytes;
    if (bytes > 0) {
      core.onSent(bytes);
    }
    return bytes > 0;
  }

  /** Everything that is on its way arrives, and the plugin reads all. */
  void settle() {
    boolean busy = true;
    while (busy) {
      busy = frame(Integer.MAX_VALUE);
      for (Version version : versions) {
        busy |= toCore(version) | toPlugin(version);
      }
      if (isActive()) {
        current.end.stream().resume();
      }
    }
    current.deal();
  }

  /** How often the version that has the stream was told the end; each that gets it later is told again. */
  int pluginSawEnd() {
    return current.ends;
  }

  boolean isPeerEnded() {
    return peerEnded;
  }
}
