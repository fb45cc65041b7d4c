package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.vertx.core.Deployable;
import io.vertx.core.json.JsonObject;

/** The one place that names core's verticle. */
final class CoreHost {

  private CoreHost() {}

  static Deployable create(JsonObject options, KeyPair identity) {
    throw new UnsupportedOperationException();
  }
}
