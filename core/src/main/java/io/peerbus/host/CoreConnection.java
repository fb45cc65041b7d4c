package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.BusJson;
import io.peerbus.machine.Reactions;
import io.peerbus.net.ConnectionHandler;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.ConnectionInfo;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One upgraded connection and its streams: turns what the connection tells into frames for plugins, and what plugins
 * ask into calls. Owned by its shard's event loop.
 */
final class CoreConnection {

  private static final Reactions<CoreConnection, Action> REACTIONS = Reactions.of(CoreConnection.class, Action.class)
      .on(Action.Data.class, CoreConnection::onData)
      .on(Action.Sent.class, CoreConnection::onSent)
      .on(Action.Inbound.class, CoreConnection::onInbound)
      .on(Action.Opened.class, CoreConnection::onOpened)
      .on(Action.Ended.class, CoreConnection::onEnded)
      .on(Action.Finished.class, CoreConnection::onFinished)
      .on(Action.Reset.class, CoreConnection::onReset)
      .ignore(Action.Upgraded.class) // the shard sees to the connection's own beginning and end
      .ignore(Action.Worn.class)
      .ignore(Action.Refused.class)
      .ignore(Action.Closed.class)
      .build();

  /** A stream that a plugin asked for and whose protocol is not agreed on yet. */
  record Opening(long id, Client client, Holding holding, long credit) {}

  /** What a peer is told whose stream is beyond the budget of the plugin that serves it (libp2p error codes). */
  static final long RESOURCE_LIMIT_EXCEEDED = 0x1002;

  private final ConnectionInfo info;
  private final ConnectionHandler handler;
  private final DataEndpoint endpoint;
  private final PeerScope scope;
  private final Map<Integer, CoreStream> streams = new HashMap<>();
  private final Map<Integer, Opening> openings = new HashMap<>();
  private volatile int open; // streams of both kinds; written by the shard alone
  private Set<String> known = Set.of();
  private boolean announced;
  private List<Runnable> early = new ArrayList<>(); // as many as Yamux lets a peer open

  CoreConnection(ConnectionInfo info, ConnectionHandler handler, DataEndpoint endpoint) {
    this.info = info;
    this.handler = handler;
    this.endpoint = endpoint;
    this.scope = endpoint.scopes().enter(info.peer());
  }

  ConnectionInfo info() {
    return info;
  }

  ConnectionHandler handler() {
    return handler;
  }

  /** Streams that are open or opening. Any thread. */
  int streams() {
    return open;
  }

  private void count() {
    open = streams.size() + openings.size();
  }

  /** What identify told that the peer serves: streams for these are opened in one round trip. */
  void know(Set<String> protocols) {
    known = protocols;
  }

  /** Room for a stream that a plugin wants; throws when there is none. */
  Holding take(Account account) {
    return endpoint.scopes().open(account, scope);
  }

  /** A plugin wants a stream. */
  void open(Opening opening, List<String> protocols) {
    int stream = handler.open(protocols, known.contains(protocols.get(0)));
    if (stream == -1 && (handler.isClosed() || handler.isUsedUp())) {
      endpoint.refuse(opening, Failure.CONNECTION_CLOSED, "the connection is closing, or has no streams left");
    } else if (stream == -1) {
      endpoint.refuse(opening, Failure.LIMIT_REACHED, "no stream can be opened to " + info.peer()
          + ": maxOutboundStreams or maxUnacknowledged of its one connection is reached");
    } else {
      openings.put(stream, opening);
      count();
      endpoint.opening(opening, code -> cancel(stream, code));
    }
  }

  /** The plugin does not want it any more, before there is an answer. */
  private void cancel(int stream, long code) {
    openings.remove(stream);
    count();
    handler.reset(stream, code);
  }

  /** What the connection tells, once it is upgraded and until it is closed. */
  void onAction(Action action) {
    REACTIONS.accept(this, action);
  }

  private void onData(Action.Data data) {
    CoreStream stream = streams.get(data.stream());
    if (stream != null) {
      stream.onData(ConnectionHandler.buffer(data.bytes()));
      endpoint.keepToBudget(stream);
    }
  }

  private void onSent(Action.Sent sent) {
    CoreStream stream = streams.get(sent.stream());
    if (stream != null) {
      stream.onSent(sent.bytes());
    }
  }

  private void onInbound(Action.Inbound inbound) {
    Client client = endpoint.server(inbound.protocol());
    if (client == null) {
      handler.refuse(inbound.stream(), 0); // unregistered in the moment between the agreement and now
      return;
    }
    Holding holding;
    try {
      holding = endpoint.scopes().accept(client.account(), scope, inbound.protocol());
    } catch (FailureException e) {
      handler.refuse(inbound.stream(), RESOURCE_LIMIT_EXCEEDED); // the log has the limit's name
      return;
    }
    CoreStream stream = new CoreStream(endpoint.nextId(), client, holding,
        lower(inbound.stream(), inbound.protocol(), true), endpoint.to(client));
    streams.put(inbound.stream(), stream);
    count();
    if (announced) {
      offer(inbound.stream(), stream);
    } else {
      early.add(() -> offer(inbound.stream(), stream));
    }
  }

  /** A plugin hears of a peer before it gets a stream from there: its bytes wait in the window of Yamux until then. */
  void onAnnounced() {
    announced = true;
    early.forEach(Runnable::run);
    early = List.of();
  }

  private void offer(int number, CoreStream stream) {
    if (streams.get(number) == stream) { // it may have been reset in the meantime
      endpoint.offer(stream);
    }
  }

  private void onOpened(Action.Opened opened) {
    Opening opening = openings.remove(opened.stream());
    if (opening == null) {
      handler.reset(opened.stream(), 0);
      return;
    }
    CoreStream stream = new CoreStream(opening.id(), opening.client(), opening.holding(),
        lower(opened.stream(), opened.protocol(), false), endpoint.to(opening.client()));
    streams.put(opened.stream(), stream);
    endpoint.opened(stream, new JsonObject()
        .put("protocol", opened.protocol())
        .put("remoteAddress", info.remoteAddress().toString()));
    if (!stream.accept(opening.credit())) {
      endpoint.breach(stream, "OPEN with a credit of " + opening.credit());
    }
  }

  private void onEnded(Action.Ended ended) {
    CoreStream stream = streams.get(ended.stream());
    if (stream != null) {
      stream.onEnded();
    }
  }

  private void onFinished(Action.Finished finished) {
    CoreStream stream = streams.remove(finished.stream());
    count();
    if (stream != null) {
      endpoint.onFinished(stream);
    }
  }

  private void onReset(Action.Reset reset) {
    Failure failure = switch (reset.why()) {
      case BY_PEER -> Failure.RESET_BY_PEER;
      case UNSUPPORTED -> Failure.UNSUPPORTED_PROTOCOL;
      case TIMED_OUT -> Failure.TIMED_OUT;
      case PROTOCOL_ERROR -> Failure.PROTOCOL_ERROR;
      case OVERRUN -> Failure.LIMIT_REACHED;
    };
    String message = info.peer() + ": " + reset.message();
    Opening opening = openings.remove(reset.stream());
    if (opening != null) {
      endpoint.refuse(opening, failure, message);
    }
    CoreStream stream = streams.remove(reset.stream());
    count();
    if (stream != null) {
      endpoint.end(stream, failure, message);
    }
  }

  private CoreStream.Lower lower(int stream, String protocol, boolean inbound) {
    ProtocolFigures figures = endpoint.figures().protocol(protocol);
    figures.onOpened(inbound);
    return new CoreStream.Lower() {
      @Override
      public void write(Buffer bytes) {
        figures.onSent(bytes.length());
        handler.write(stream, bytes);
      }

      @Override
      public void end() {
        handler.end(stream);
      }

      @Override
      public void reset(long code) {
        streams.remove(stream);
        count();
        handler.reset(stream, code);
      }

      @Override
      public void consumed(int bytes) {
        handler.consumed(stream, bytes);
      }

      @Override
      public void onReceived(int bytes) {
        figures.onReceived(bytes);
      }

      @Override
      public void onStalled() {
        figures.onStalled();
      }

      @Override
      public JsonObject describe() {
        return new JsonObject()
            .put("peer", info.peer().toString())
            .put("protocol", protocol)
            .put("inbound", inbound)
            .put("remoteAddress", info.remoteAddress().toString())
            .put("data", endpoint.address());
      }
    };
  }

  /** The connection is over: so are its streams. */
  void onClosed(String reason) {
    String message = "the connection to " + info.peer() + " is closed: " + reason;
    openings.values().forEach(opening -> endpoint.refuse(opening, Failure.CONNECTION_CLOSED, message));
    openings.clear();
    streams.values().forEach(stream -> endpoint.end(stream, Failure.CONNECTION_CLOSED, message));
    streams.clear();
    count();
    endpoint.scopes().leave(scope);
  }

  /** For messages: what this connection is called. */
  @Override
  public String toString() {
    return "connection " + info.id() + " " + BusJson.array(List.of(info.peer(), info.remoteAddress()));
  }
}
