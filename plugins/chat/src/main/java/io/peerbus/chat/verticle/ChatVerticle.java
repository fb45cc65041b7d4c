package io.peerbus.chat.verticle;

import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.Inheritance;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;
import java.time.Clock;

/** The chat plugin: the universal-connectivity application of lesson 8. */
public final class ChatVerticle extends ProtocolVerticle {

  private Chat chat;

  @Override
  protected Future<?> start(Host host) {
    ChatBus bus = new ChatBus(vertx, "peerbus." + host.node() + "." + plugin(), context.deploymentID());
    chat = new Chat(bus, host, ChatSettings.of(settings()), Clock.systemUTC());
    return host.inherit().compose(left -> chat.start(left.map(Inheritance::state).orElse(null)))
        .compose(started -> serve(chat::answer));
  }

  @Override
  protected Future<Handover> handOver(Host host) {
    return chat == null ? super.handOver(host) : chat.handOver();
  }

  @Override
  protected Future<?> stop(Host host) {
    return chat == null ? super.stop(host) : chat.stop();
  }
}
