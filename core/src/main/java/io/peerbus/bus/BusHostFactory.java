package io.peerbus.bus;

import io.peerbus.api.Host;
import io.peerbus.api.HostFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Gives plugins their {@link Host} over the event bus. */
public final class BusHostFactory implements HostFactory {

  @Override
  public Future<Host> attach(Vertx vertx, Context context, JsonObject config) {
    Applicant applicant = new Applicant(config.getString("plugin"), config.getBoolean("replaces", false),
        config.getJsonObject("budget"));
    return BusHost.attach(vertx, config.getString("node"), applicant).map(host -> host);
  }
}
