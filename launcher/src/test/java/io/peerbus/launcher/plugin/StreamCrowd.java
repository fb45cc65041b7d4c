package io.peerbus.launcher.plugin;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The streams that a peer has with the plugin of {@link UndeployMidStreamIT}, in every state that a stream can be in,
 * and what becomes of them. All of it belongs to the peer's context, but for what waits.
 */
final class StreamCrowd {

  /** What the plugin serves, see its source. */
  enum Kind {
    ECHO, HOLD, DONE, DEAF, CUT, TALK;

    private static final int TALKERS = 30; // one fills a window, which takes the cipher a while

    /** All kinds, if there are enough numbers. */
    static Kind of(int number) {
      return number % TALKERS == 0 ? TALK : values()[number % TALK.ordinal()];
    }
  }

  /** What this peer serves: streams that the plugin opens. */
  static final String FOR_PLUGIN = "/crowd/plugin";

  /** Nobody serves them: each is a round trip of the negotiation. */
  static final List<String> NOBODYS = List.of("/crowd/no/1", "/crowd/no/2", "/crowd/no/3");

  private static final Buffer CHUNK = Buffer.buffer(new byte[700]);

  /** An undeploy refuses what is being opened, or ends what was opened right before. */
  private static final List<Failure> PROPER = List.of(Failure.UNSUPPORTED_PROTOCOL, Failure.RESET_BY_PEER);

  private final Node peer;
  private final PeerId node;
  private final Map<Stream, String> open = new LinkedHashMap<>();
  private final Map<String, Integer> ends = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<Runnable> then = new ArrayList<>();
  private int opening;
  private long events;
  private long due = Long.MAX_VALUE;
  private Runnable action;
  private Promise<Void> over;

  StreamCrowd(Node peer, PeerId node) {
    this.peer = peer;
    this.node = node;
    peer.on(() -> peer.host().handle(FOR_PLUGIN, stream -> {
      add(stream, "opened by the plugin");
      stream.handler(bytes -> {
        onEvent();
        stream.write(bytes);
      });
    }));
  }

  /** Opens one and brings it to the state that its kind is for; completes when it is there or refused. */
  Future<Void> open(Kind kind, boolean slowly) {
    List<String> protocols = new ArrayList<>(slowly ? NOBODYS : List.of());
    protocols.add("/crowd/" + kind.name().toLowerCase(java.util.Locale.ROOT));
    opening++;
    return peer.host().open(node, protocols).transform(opened -> {
      opening--;
      if (opened.succeeded()) {
        begin(kind, opened.result());
      } else {
        onRefusal(kind, Failure.of(opened.cause()).failure());
      }
      onEvent();
      checkOver();
      return Future.succeededFuture();
    });
  }

  private void onRefusal(Kind kind, Failure failure) {
    count("refused: " + failure);
    if (!PROPER.contains(failure)) {
      wrong.add(kind + " failed with " + failure);
    }
  }

  private void begin(Kind kind, Stream stream) {
    add(stream, kind.name());
    stream.handler(bytes -> {
      onEvent();
      if (kind == Kind.ECHO) {
        stream.write(bytes); // round and round
      }
    });
    switch (kind) {
      case ECHO, CUT -> stream.write(CHUNK);
      case TALK -> { // it writes until nothing more goes, we have ended
        stream.pause();
        stream.fetch(2);
        stream.end();
      }
      case DEAF -> stream.write(Buffer.buffer(new byte[16 << 10]));
      default -> { } // idle, or ended by the plugin
    }
  }

  private void add(Stream stream, String what) {
    open.put(stream, what);
    stream.resetHandler(reset -> count("reset"));
    stream.closeHandler(closed -> {
      open.remove(stream);
      count("over");
      onEvent();
      checkOver();
    });
    onEvent();
  }

  private void count(String end) {
    ends.merge(end, 1, Integer::sum);
  }

  /** Ends or resets some that are open, by their place in the order of opening. */
  void disturb(int which, boolean reset) {
    if (open.isEmpty()) {
      return;
    }
    Stream stream = List.copyOf(open.keySet()).get(which % open.size());
    if (reset) {
      stream.reset();
    } else {
      stream.end();
    }
  }

  /** Runs this when so many more things have happened to the streams. */
  void after(int count, Runnable what) {
    due = events + count;
    action = what;
    if (count == 0) {
      fire();
    }
  }

  private void onEvent() {
    events++;
    if (events >= due) {
      fire();
    }
  }

  private void fire() {
    Runnable now = action;
    due = Long.MAX_VALUE;
    action = null;
    now.run();
  }

  int size() {
    return open.size() + opening;
  }

  /** Completes when no stream is open or being opened. */
  Future<Void> over() {
    over = Promise.promise();
    Future<Void> future = over.future();
    checkOver();
    return future;
  }

  private void checkOver() {
    if (over != null && open.isEmpty() && opening == 0) {
      over.tryComplete();
    }
  }

  /** What is left, in words. */
  @Override
  public String toString() {
    return opening + " being opened, open: " + open.values();
  }

  List<String> wrong() {
    return wrong;
  }

  /** How the streams ended, counted. */
  Map<String, Integer> ends() {
    return ends;
  }
}
