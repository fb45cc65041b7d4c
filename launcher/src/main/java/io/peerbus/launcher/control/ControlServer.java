package io.peerbus.launcher.control;

import io.peerbus.api.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket of a running node. Not thread safe: owned by the context of the node's verticle, where it is
 * started and closed and where its futures complete. Whoever starts it holds the node's data folder.
 */
public final class ControlServer {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final Vertx vertx;
  private final Context context;
  private final String node;
  private final ControlLimits limits;
  private final NetServer server;
  private final Set<Conversation> conversations = new LinkedHashSet<>();
  private SocketPlace place;
  private UserPrincipal owner;

  private ControlServer(Vertx vertx, String node, ControlLimits limits) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.node = node;
    this.limits = limits;
    this.server = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(limits.maxConnections()));
  }

  /**
   * Opens the socket in {@code folder}, the data folder of the node that is called {@code node} on the bus. To be
   * called on a context. Fails with an {@link IOException}; nothing is left behind then.
   */
  public static Future<ControlServer> start(Vertx vertx, String node, Path folder) {
    return start(vertx, node, folder, ControlLimits.DEFAULT);
  }

  static Future<ControlServer> start(Vertx vertx, String node, Path folder, ControlLimits limits) {
    ControlServer control = new ControlServer(vertx, node, limits);
    return control.listen(folder).map(control)
        .recover(error -> control.close().transform(closed -> Future.failedFuture(error)));
  }

  private Future<Void> listen(Path folder) {
    server.connectHandler(this::onConnect);
    return context.executeBlocking(() -> SocketPlace.prepare(folder, shortFolders(System.getenv())))
        .compose(prepared -> {
          place = prepared;
          return server.listen(SocketAddress.domainSocketAddress(prepared.socket().toString()));
        })
        .compose(listening -> context.executeBlocking(() -> {
          place.publish();
          return Files.getOwner(place.name());
        }))
        .onSuccess(user -> {
          owner = user;
          LOG.debug("Commands reach this node by {}", place.name());
        })
        .mapEmpty();
  }

  /** Folders of this user's own that have short paths, or at least one where such a folder can be made. */
  private static List<Path> shortFolders(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (runtime.startsWith("/")) {
      folders.add(Path.of(runtime));
    }
    folders.add(Path.of(System.getProperty("java.io.tmpdir")));
    folders.add(Path.of("/tmp"));
    return folders;
  }

  private void onConnect(NetSocket socket) {
    if (owner != null && !PeerOwner.isAllowed(socket, owner)) {
      LOG.warn("Another user than {} tried to speak to this node", owner.getName());
      refuse(socket, Failure.FORBIDDEN, "only " + owner.getName() + " may speak to this node");
      return;
    }
    if (conversations.size() >= limits.maxConnections()) {
      refuse(socket, Failure.LIMIT_REACHED,
          "the control socket has " + limits.maxConnections() + " connections; close one first");
      return;
    }
    Conversation conversation = new Conversation(vertx, node, limits, socket);
    conversations.add(conversation);
    conversation.begin(() -> conversations.remove(conversation));
  }

  private static void refuse(NetSocket socket, Failure failure, String message) {
    JsonObject error = new JsonObject().put("code", failure.name()).put("message", message);
    socket.end(Buffer.buffer(new JsonObject().put("error", error).encode() + "\n"));
  }

  /** Ends all connections and takes the socket away. Does no harm a second time, and never fails. */
  public Future<Void> close() {
    List.copyOf(conversations).forEach(Conversation::close);
    SocketPlace taken = place;
    place = null;
    return server.close().transform(closed -> taken == null ? Future.succeededFuture() : remove(taken));
  }

  private Future<Void> remove(SocketPlace taken) {
    return context.<Void>executeBlocking(() -> {
      taken.remove();
      return null;
    }).onFailure(error -> LOG.warn("{} was not removed: {}", taken.name(), error.toString())).otherwiseEmpty();
  }
}
