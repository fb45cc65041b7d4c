package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.host.HostOptions;
import io.peerbus.host.HostVerticle;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.launcher.data.WebFiles;
import io.peerbus.net.WebSocketTls;
import io.peerbus.pnet.PrivateNetwork;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The one place that names core's verticle. */
final class CoreHost {

  private CoreHost() {}

  static Deployable create(JsonObject options, NodeClaim claim) {
    WebFiles files = claim.webFiles();
    return new HostVerticle(new HostOptions(options), claim.identity(), claim.networkOrNull(),
        new WebSocketTls(files.keyOrNull(), files.chain(), files.trusted()));
  }

  /** One that keeps nothing. */
  static Deployable create(JsonObject options, KeyPair identity, PrivateNetwork networkOrNull) {
    return new HostVerticle(new HostOptions(options), identity, networkOrNull);
  }

  /** For connections from now on. Another verticle than core's has no limits. */
  static Future<Void> setLimits(Deployable host, JsonObject options) {
    return host instanceof HostVerticle core ? core.setLimits(new HostOptions(options)) : Future.succeededFuture();
  }
}
