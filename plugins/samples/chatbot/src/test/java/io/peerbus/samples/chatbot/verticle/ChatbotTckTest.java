package io.peerbus.samples.chatbot.verticle;

import io.peerbus.api.Host;
import io.peerbus.host.Nodes;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The bot keeps to the contract of plugins. It serves no protocol itself; what it needs runs beside it. */
class ChatbotTckTest extends ProtocolTck {

  private Vertx vertx;
  private int asked;

  @Override
  protected Deployable plugin() {
    return new ChatbotVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of();
  }

  @Override
  protected String name() {
    return "chatbot";
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("topic", "tck").put("maxAnswersPerMinute", 6_000);
  }

  @Override
  protected void prepare(Vertx vertx, String node) {
    this.vertx = vertx;
    Nodes.await(vertx.deployVerticle(new FakeGossipsub(),
        new DeploymentOptions().setConfig(FakeGossipsub.config(node))));
  }

  /** Says something in the topic, as a peer would, and waits for the bot's answer to it. */
  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    String word = "word " + asked++;
    String address = "honest " + asked;
    Promise<Void> answered = Promise.promise();
    MessageConsumer<JsonObject> topic = vertx.eventBus().consumer(address, message -> {
      message.reply(new JsonObject());
      if (Buffer.buffer(message.body().getBinary("data")).toString().equals("echo: " + word)) {
        answered.tryComplete();
      }
    });
    JsonObject request = new JsonObject().put("topic", "tck").put("deliver", address);
    return gossipsub(request.copy().put("op", "subscribe"))
        .compose(subscribed -> gossipsub(request.copy().put("op", "publish").put("from", peer.id().toString())
            .put("data", Buffer.buffer("!echo " + word))))
        .compose(published -> answered.future())
        .eventually(() -> gossipsub(request.copy().put("op", "unsubscribe")))
        .eventually(topic::unregister);
  }

  private Future<?> gossipsub(JsonObject request) {
    return vertx.eventBus().request("peerbus.node.gossipsub", request);
  }
}
