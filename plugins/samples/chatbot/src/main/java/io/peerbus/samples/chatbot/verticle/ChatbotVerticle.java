package io.peerbus.samples.chatbot.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.samples.chatbot.Bot;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sample plugin chatbot: joins a topic of gossipsub and answers what is said to it there. */
public final class ChatbotVerticle extends ProtocolVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(ChatbotVerticle.class);
  private static final String GOSSIPSUB = "gossipsub";

  /** How often we subscribe: a gossipsub that was restarted or replaced knows nothing of its subscribers. */
  private static final long RENEW_MILLIS = 2_000;

  private ChatbotSettings settings;
  private Bot bot;
  private Host host;
  private String delivery;
  private long heard;
  private long answered;

  @Override
  protected Future<?> start(Host host) {
    this.host = host;
    settings = ChatbotSettings.of(settings());
    bot = new Bot(settings.maxAnswersPerMinute(), new SecureRandom());
    // An address of this deployment alone: a newer version may be up beside us for a while.
    delivery = "peerbus." + host.node() + "." + plugin() + ".messages." + context.deploymentID();
    vertx.setPeriodic(RENEW_MILLIS, timer -> subscribe().onFailure(e -> LOG.debug("chatbot: {}", e.getMessage())));
    return vertx.eventBus().<JsonObject>consumer(delivery, this::onMessage).completion()
        .compose(receiving -> subscribe())
        .compose(subscribed -> serve(this::answer));
  }

  @Override
  protected Future<?> stop(Host host) {
    return host.call(GOSSIPSUB, request("unsubscribe").put("deliver", delivery)).otherwiseEmpty();
  }

  private JsonObject request(String op) {
    return new JsonObject().put("op", op).put("topic", settings.topic());
  }

  private Future<?> subscribe() {
    return host.call(GOSSIPSUB, request("subscribe").put("deliver", delivery)).recover(e -> Future.failedFuture(
        Failure.of(e).failure() != Failure.UNAVAILABLE ? e : Failure.UNAVAILABLE.because(
            "chatbot needs the plugin \"gossipsub\", which does not answer in node \"" + host.node()
                + "\": add it to the node's plugins, before chatbot")));
  }

  private void onMessage(Message<JsonObject> message) {
    message.reply(new JsonObject()); // gossipsub counts what is not answered, and drops messages for the slow
    heard++;
    String author = message.body().getString("from", "");
    if (author.equals(host.id().toString())) {
      return;
    }
    String line = Buffer.buffer(message.body().getBinary("data")).toString();
    String answer = bot.onLine(Driver.now(), author, line);
    if (answer != null) {
      answered++;
      host.call(GOSSIPSUB, request("publish").put("data", Buffer.buffer(answer)))
          .onFailure(e -> LOG.debug("chatbot: an answer was not published: {}", e.getMessage()));
    }
  }

  private Future<JsonObject> answer(JsonObject asked) {
    if (!"stats".equals(asked.getValue("op"))) {
      throw Failure.BAD_REQUEST.because("chatbot knows the op \"stats\", not \"" + asked.getValue("op") + "\"");
    }
    return Future.succeededFuture(new JsonObject().put("heard", heard).put("answered", answered));
  }
}
