package io.peerbus.host;

import io.peerbus.bus.ShardLoops;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.net.ConnectionHandler;
import io.peerbus.net.TcpDial;
import io.peerbus.net.TcpTransport;
import io.peerbus.net.WebSocketTls;
import io.peerbus.swarm.Connection;
import io.peerbus.swarm.ConnectionInfo;
import io.peerbus.swarm.ConnectionOptions;
import io.peerbus.swarm.Workspace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a node that lives on one event loop: its connections, their streams, and the data address for them.
 *
 * <p>A child verticle of {@link HostVerticle}. Its methods are called on the host's context and hand over to its own;
 * what it has to tell goes to its {@link Owner}, which does the same the other way.
 */
final class Shard extends VerticleBase {

  /** Who decides about connections. Called on the shard's context. */
  interface Owner {
    /** Whether a raw connection from there may be upgraded. Completes on the shard's context. */
    Future<Boolean> admit(String remoteIp);

    /** The upgrade of an admitted connection has ended, well or not. */
    void onAcceptEnded(String remoteIp);

    /** {@code attempt} is -1 for an accepted connection; how many streams there are may be asked on any thread. */
    void onConnected(long attempt, ConnectionInfo connection, IntSupplier streams);

    void onDialFailed(long attempt, String reason);

    /** A connection has few streams left for us to open. */
    void onWorn(long connection);

    void onClosed(long connection, String reason);
  }

  /**
   * What all shards of a node share.
   *
   * @param options for new connections; asked on the shards' contexts
   * @param maxStreams for each shard
   */
  record Shared(HostState state, Supplier<ConnectionOptions> options, int maxStreams, WebSocketTls tls, Owner owner) {}

  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
  /** A connection's number is its shard's number, then this many bits that count. */
  static final int NUMBER_BITS = 40;

  private static final int BACKLOG = 1024;
  private static final long GOODBYE_MILLIS = 1_000;

  private final int index;
  private final Shared shared;
  private final SecureRandom random = new SecureRandom();
  private final Workspace workspace;
  private final Map<Long, CoreConnection> connections = new HashMap<>();
  private final Set<ConnectionHandler> upgrading = new LinkedHashSet<>();
  private final Map<Long, TcpDial> connecting = new HashMap<>();
  private final Map<Long, ConnectionHandler> dialling = new HashMap<>();
  private final Set<Long> wanted = new LinkedHashSet<>();
  private TcpTransport transport;
  private DataEndpoint endpoint;
  private Context own;
  private long accepted;
  private boolean closing;

  Shard(int index, Shared shared) {
    this.index = index;
    this.shared = shared;
    this.workspace = new Workspace(shared.maxStreams());
  }

  @Override
  public Future<?> start() {
    own = context;
    transport = new TcpTransport(vertx, 0, BACKLOG, shared.tls()); // each dial has a timer of its own
    endpoint = new DataEndpoint(vertx, shared.state(), index, connections::get);
    new ShardLoops(vertx, shared.state().addresses()).add(endpoint.address(), own);
    return endpoint.ready();
  }

  @Override
  public Future<?> stop() {
    closing = true;
    new ShardLoops(vertx, shared.state().addresses()).remove(endpoint.address());
    List.copyOf(connecting.values()).forEach(TcpDial::cancel);
    List<Future<Void>> closed = new ArrayList<>();
    List.copyOf(upgrading).forEach(handler -> closed.add(handler.close("the node stops")));
    List.copyOf(connections.values()).forEach(connection -> closed.add(connection.handler().close("the node stops")));
    // A peer that does not take our GoAway must not hold us up: its socket is closed all the same.
    return Future.join(closed).timeout(GOODBYE_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty()
        .eventually(transport::close)
        .eventually(endpoint::close);
  }

  private <T> Future<T> onOwnContext(Supplier<Future<T>> action) {
    Promise<T> done = Promise.promise();
    own.runOnContext(ignored -> action.get().onComplete(done));
    return done.future();
  }

  /** Listens; completes with the address as bound, on the shard's context. */
  Future<Multiaddr> listen(Multiaddr address, int number) {
    return onOwnContext(() -> transport.listen(address, number, this::onAccepted));
  }

  private void onAccepted(TcpTransport.Raw raw) {
    String denied = shared.state().gater().refusalOfIp(raw.remoteIp());
    if (denied != null) { // here, so that a flood from there costs the host's context nothing
      raw.close();
      shared.state().refusals().add(denied);
      return;
    }
    shared.owner().admit(raw.remoteIp()).onComplete(admitted -> {
      if (admitted.failed() || !admitted.result() || closing) {
        raw.close();
        if (admitted.succeeded() && admitted.result()) {
          shared.owner().onAcceptEnded(raw.remoteIp());
        }
        return;
      }
      run(new Upgrading(raw, -1, () -> shared.owner().onAcceptEnded(raw.remoteIp())),
          () -> Connection.listener(shared.options().get(), workspace, random));
    });
  }

  /** Dials; the owner is told how it went, unless it is cancelled before. */
  void dial(long attempt, Multiaddr address, PeerId expected, long timeoutNanos) {
    own.runOnContext(ignored -> {
      wanted.add(attempt);
      long timer = vertx.setTimer(Math.max(1, timeoutNanos / 1_000_000), id -> giveUp(attempt, "timed out"));
      TcpDial dial = transport.dial(address);
      connecting.put(attempt, dial);
      dial.done().onComplete(dialled -> {
        connecting.remove(attempt);
        if (dialled.failed()) {
          vertx.cancelTimer(timer);
          giveUp(attempt, reason(dialled.cause()));
        } else if (!wanted.contains(attempt) || closing) {
          vertx.cancelTimer(timer);
          dialled.result().close();
        } else if (isDenied(dialled.result(), attempt)) {
          vertx.cancelTimer(timer);
        } else {
          run(new Upgrading(dialled.result(), attempt, () -> vertx.cancelTimer(timer)),
              () -> Connection.dialer(shared.options().get(), workspace, expected, random));
        }
      });
    });
  }

  /** Where a name leads is only known once it is resolved; no key is agreed on with whoever is there. */
  private boolean isDenied(TcpTransport.Raw raw, long attempt) {
    String denied = shared.state().gater().refusalOfIp(raw.remoteIp());
    if (denied != null) {
      raw.close();
      shared.state().refusals().add(denied);
      giveUp(attempt, denied);
    }
    return denied != null;
  }

  /** Forgets a dial, whatever it has come to. */
  void cancel(long attempt) {
    own.runOnContext(ignored -> {
      wanted.remove(attempt);
      drop(attempt, "the dial was cancelled");
    });
  }

  private void giveUp(long attempt, String reason) {
    if (wanted.remove(attempt)) {
      drop(attempt, reason);
      shared.owner().onDialFailed(attempt, reason);
    }
  }

  private void drop(long attempt, String reason) {
    TcpDial dial = connecting.remove(attempt);
    if (dial != null) {
      dial.cancel();
    }
    ConnectionHandler handler = dialling.remove(attempt);
    if (handler != null) {
      handler.close(reason);
    }
  }

  private static String reason(Throwable error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    int address = message.indexOf(": /");
    return address > 0 ? message.substring(0, address) : message; // the caller names the address in its own form
  }

  /** Upgrades a raw connection. An error of any kind costs this one; neither its socket nor its slot stays taken. */
  private void run(Upgrading upgrade, Supplier<Connection> made) {
    try {
      upgrade.started(transport.run(upgrade.raw, made.get(), workspace, upgrade::onAction));
    } catch (Throwable e) {
      upgrade.raw.close();
      upgrade.onFailed(reason(e));
      throw e;
    }
  }

  /** A connection on its way, and then the one that it has become. */
  private final class Upgrading {
    private final TcpTransport.Raw raw;
    private final long attempt;
    private final Runnable ended;
    private final long began = System.nanoTime();
    private ConnectionHandler handler;
    private CoreConnection core;
    private String closedEarly;

    /** {@code ended} is called once when the upgrade is over, well or not. */
    Upgrading(TcpTransport.Raw raw, long attempt, Runnable ended) {
      this.raw = raw;
      this.attempt = attempt;
      this.ended = ended;
    }

    void started(ConnectionHandler handler) {
      this.handler = handler;
      upgrading.add(handler);
      if (attempt >= 0) {
        dialling.put(attempt, handler);
      }
      if (closedEarly != null) {
        onClosed(closedEarly);
      }
    }

    void onAction(Connection.Action action) {
      if (action instanceof Connection.Action.Upgraded upgraded) {
        onUpgraded(upgraded.peer());
      } else if (action instanceof Connection.Action.Closed closed) {
        if (handler == null) {
          closedEarly = closed.reason();
        } else {
          onClosed(closed.reason());
        }
      } else if (action instanceof Connection.Action.Worn) {
        shared.owner().onWorn(core.info().id());
      } else if (action instanceof Connection.Action.Refused refused) {
        shared.state().refusals().add(refused.message(), refused.count());
      } else {
        core.onAction(action);
      }
    }

    private void onUpgraded(PeerId peer) {
      long id = (long) index << NUMBER_BITS | ++accepted;
      ConnectionInfo info = new ConnectionInfo(id, peer, raw.remoteAddress(), attempt < 0, index);
      core = new CoreConnection(info, handler, endpoint);
      connections.put(id, core);
      if (attempt >= 0) {
        dialling.remove(attempt);
        wanted.remove(attempt);
      }
      LOG.debug("{} upgraded", core);
      endpoint.figures().onUpgraded(System.nanoTime() - began);
      // The connection counts before its upgrade counts no more: another shard could let one too many in between.
      shared.owner().onConnected(attempt, info, core::streams);
      onEnded();
    }

    private boolean onEnded() {
      boolean first = upgrading.remove(handler);
      if (first) {
        ended.run();
      }
      return first;
    }

    private void onClosed(String reason) {
      boolean pending = onEnded();
      if (core != null) {
        LOG.debug("{} closed: {}", core, reason);
        endpoint.figures().onClosed(handler.stalls());
        connections.remove(core.info().id());
        core.onClosed(reason);
        shared.owner().onClosed(core.info().id(), reason);
        return;
      }
      if (pending) {
        LOG.debug("connection with {} failed: {}", raw.remoteAddress(), reason);
        endpoint.figures().onUpgradeFailed();
        if (attempt >= 0) {
          giveUp(attempt, reason);
        }
      }
    }

    /** It could not even begin. */
    private void onFailed(String reason) {
      if (handler != null) {
        onClosed(reason);
        return;
      }
      ended.run();
      if (attempt >= 0) {
        giveUp(attempt, reason);
      }
    }
  }

  /** Closes a connection, cleanly. */
  void close(long id, String reason) {
    own.runOnContext(ignored -> {
      CoreConnection connection = connections.get(id);
      if (connection != null) {
        connection.handler().close(reason);
      }
    });
  }

  /** Closes a connection when its last stream has ended. */
  void closeWhenIdle(long id, String reason) {
    own.runOnContext(ignored -> {
      CoreConnection connection = connections.get(id);
      if (connection != null) {
        connection.handler().closeWhenIdle(reason);
      }
    });
  }

  /** Plugins have been told of a connection: now they may get its streams. */
  void onAnnounced(long id) {
    own.runOnContext(ignored -> {
      CoreConnection connection = connections.get(id);
      if (connection != null) {
        connection.onAnnounced();
      }
    });
  }

  /** Identify told what a peer serves. */
  void know(long id, Set<String> protocols) {
    own.runOnContext(ignored -> {
      CoreConnection connection = connections.get(id);
      if (connection != null) {
        connection.know(protocols);
      }
    });
  }

  /** What it has to do, at this moment; linear in its connections. */
  Future<Figures> figures() {
    return onOwnContext(() -> {
      Figures now = endpoint.figures().copy();
      for (CoreConnection connection : connections.values()) {
        ConnectionHandler handler = connection.handler();
        now.add(new Figures.Kind(connection.info().inbound(), handler.security(), handler.muxer()),
            handler.roundTrip(), handler.stalls());
      }
      return Future.succeededFuture(now);
    });
  }

  /** A plugin is gone: its streams are reset. */
  void dropClient(Client client) {
    own.runOnContext(ignored -> endpoint.dropAll(client));
  }
}
