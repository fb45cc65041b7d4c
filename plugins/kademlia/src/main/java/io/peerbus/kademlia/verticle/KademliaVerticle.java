package io.peerbus.kademlia.verticle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.Inheritance;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.kademlia.Clock;
import io.peerbus.kademlia.Kademlia;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.LeftState;
import io.peerbus.kademlia.Storages;
import io.peerbus.kademlia.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DHT for the plugins of a node, at {@code peerbus.<node>.<plugin>}; deployed twice, under two names and with two
 * protocols, it is two. Bytes in JSON are base64url text. A contact is {@code {"peer","addresses"}}.
 *
 * <table>
 * <caption>Requests and answers</caption>
 * <tr><td>{@code {"op":"put","key","value"}}</td><td>{@code {"peers":[…],"failed":n}}: who took it. It is put again
 *   and again from then on, over restarts too when there is a file</td></tr>
 * <tr><td>{@code {"op":"get","key","quorum"?}}</td><td>{@code {"key","value","peers":[…]}}: the best record and who
 *   told it. To {@code deliver} each better one as it comes, {@code {"key","value","from"}}</td></tr>
 * <tr><td>{@code {"op":"provide","key"}}</td><td>{@code {"peers":[…],"failed":n}}: who was told; again and
 *   again</td></tr>
 * <tr><td>{@code {"op":"findProviders","key","count"?}}</td><td>{@code {"peers":[contact…]}}. To {@code deliver} each
 *   contact as it is found</td></tr>
 * <tr><td>{@code {"op":"unput","key"}}, {@code {"op":"unprovide","key"}}</td><td>{@code {"was"}}: it is not published
 *   again</td></tr>
 * <tr><td>{@code {"op":"findPeer","peer"}}</td><td>{@code {"peers":[contact]}}</td></tr>
 * <tr><td>{@code {"op":"closestPeers","key"}}</td><td>{@code {"peers":[contact…]}}, nearest to the key's hash
 *   first</td></tr>
 * <tr><td>{@code {"op":"addPeers","addresses":[…]}}</td><td>{@code {}}: peers to begin with, each address with
 *   {@code /p2p}</td></tr>
 * <tr><td>{@code {"op":"validate","namespace","address"?}}</td><td>{@code {}}: whoever is at the address judges the
 *   namespace's records from now on, see {@link BusValidator}; without an address nobody does any more</td></tr>
 * <tr><td>{@code {"op":"routingTable"}}</td><td>{@code {"peers":[contact with "bucket","knownForMillis",
 *   "aliveBeforeMillis","failures"…]}}</td></tr>
 * <tr><td>{@code {"op":"mode"}}</td><td>{@code {"mode","serving"}}</td></tr>
 * <tr><td>{@code {"op":"stats"}}</td><td>counters since the start, and sizes; {@code commits}: what was stored
 *   before survives a crash when there are two more of them</td></tr>
 * </table>
 *
 * <p>{@code "progress":"<name>"}, of letters, digits, {@code _} and {@code -}, has what {@code deliver} would get
 * published at {@code peerbus.<node>.<plugin>.<name>.events} too, where the control socket can listen.
 *
 * <p>With {@code "trace":true} an operation that looks for something also answers every hop as {@code trace}, and, when
 * nothing was found, {@code notFound} with the reason instead of failing. A hop with {@code lookup} belongs to those
 * that followed in a crowded region: {@code beside 1} to {@code beside 4}, and {@code others}. An operation takes up to
 * {@code queryTimeoutMillis}, in a crowded region twice that, and {@code peerTimeoutMillis} more where peers are put,
 * told or asked something after it: a request needs a timeout to match.
 *
 * <p><b>Replacement.</b> A newer version goes on with the stores, in the file or, without one, as they are in memory
 * (up to 512 MiB), with our publications, the table, the peers that were named to begin with, the validators on the bus
 * and the counters. Operations that are under way fail, streams are reset: who asked will ask another.
 */
public final class KademliaVerticle extends ProtocolVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(KademliaVerticle.class);

  private static final long COMMIT_MILLIS = 1000;

  private KademliaProtocol protocol;
  private Bootstrap bootstrap;
  private DiskStorage disk;

  @Override
  protected Future<?> start(Host host) {
    KademliaOptions options = KademliaSettings.ALL.read(settings());
    // An older version closes the database first, which is ours then.
    return host.inherit().compose(left -> storages().compose(storages -> {
      StateProto.State state = left.map(KademliaVerticle::read).orElse(null);
      Kademlia machine = machine(host, options, storages, state);
      protocol = new KademliaProtocol(vertx, host, machine, options);
      bootstrap = new Bootstrap(vertx, host, protocol, options.getProtocol(), KademliaSettings.bootstrap(settings()));
      return protocol.start();
    })).compose(started -> {
      bootstrap.start();
      String address = "peerbus." + host.node() + "." + plugin();
      return serve(new KademliaApi(vertx.eventBus(), address, protocol, this::commits)::answer);
    }).recover(e -> stop(host).transform(closed -> Future.failedFuture(e)));
  }

  private static StateProto.State read(Inheritance left) {
    try {
      return StateProto.State.parseFrom(left.state().getBytes());
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("the version before left what cannot be read, so this one begins anew: {}", e.getMessage());
      return null;
    }
  }

  private static Kademlia machine(Host host, KademliaOptions options, Storages storages, StateProto.State stateOrNull) {
    Clock clock = new Clock(Driver.now(), System.currentTimeMillis());
    if (stateOrNull != null) {
      LeftState.fill(stateOrNull, storages);
    }
    Kademlia machine = new Kademlia(host.id(), options, storages, new SecureRandom(), clock);
    if (stateOrNull != null) {
      try {
        machine.restore(clock.nanos(), stateOrNull);
      } catch (FormatException e) {
        LOG.warn("of what the version before left, its table cannot be read: {}", e.getMessage());
      }
      BusValidator.restore(stateOrNull, machine.namespaces());
    }
    return machine;
  }

  private Future<Storages> storages() {
    String setting = KademliaSettings.file(settings());
    if (setting == null) {
      return Future.succeededFuture(Storages.inMemory());
    }
    Path file = folder().orElse(Path.of("")).resolve(setting);
    return vertx.executeBlocking(() -> DiskStorage.open(file)).map(opened -> {
      disk = opened;
      commitLater();
      return new Storages(opened.storage("records"), opened.storage("providers"), opened.storage("own"),
          opened.storage("peers"));
    }).recover(e -> Future.failedFuture(Failure.UNAVAILABLE.because("settings.file: " + e.getMessage())));
  }

  private int commits() {
    DiskStorage open = disk;
    return open == null ? 0 : open.commits();
  }

  /** One commit after the other, each a while after the one before. */
  private void commitLater() {
    vertx.setTimer(COMMIT_MILLIS, fired -> {
      DiskStorage open = disk;
      if (open != null) {
        vertx.executeBlocking(() -> {
          open.commit();
          return null;
        }).onComplete(committed -> commitLater());
      }
    });
  }

  @Override
  protected Future<?> stop(Host host) {
    if (bootstrap != null) {
      bootstrap.stop();
    }
    Future<?> stopped = protocol == null ? Future.succeededFuture() : protocol.stop();
    return stopped.transform(done -> close());
  }

  private Future<Void> close() {
    DiskStorage open = disk;
    disk = null;
    return open == null ? Future.succeededFuture() : vertx.executeBlocking(() -> {
      open.close();
      return null;
    });
  }

  /** The newer version opens the same stores, if they are on disk; else it gets what is in them. */
  @Override
  protected Future<Handover> handOver(Host host) {
    if (protocol == null) {
      return stop(host).map(stopped -> Handover.of(Buffer.buffer()));
    }
    StateProto.State.Builder state = protocol.machine().leave(Driver.now(), disk == null);
    BusValidator.leave(protocol.machine().namespaces(), state);
    Buffer left = Buffer.buffer(state.build().toByteArray());
    return stop(host).map(stopped -> Handover.of(left));
  }

  /** Streams are reset by then: who asked will ask another. */
  @Override
  protected Duration drain() {
    return Duration.ZERO;
  }
}
