package io.peerbus.ping.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.host.Nodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class PingSeriesTest {

  private static final int COUNT = 1_000;
  private static final int SMALL_STACK = 128 * 1024;

  private final BlockingQueue<Promise<Long>> asked = new LinkedBlockingQueue<>();

  private Future<Long> ping() {
    Promise<Long> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }

  private void answerAll() {
    try {
      for (int i = 0; i < COUNT; i++) {
        asked.take().complete(1_000L * i);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aLongSeriesNeedsNoDeepStack(Vertx vertx) throws InterruptedException {
    Thread answering = new Thread(null, this::answerAll, "answers", SMALL_STACK);
    answering.start();
    try {
      Future<Void> never = Promise.<Void>promise().future();
      JsonObject result = Nodes.await(new PingSeries(COUNT, 0, 1).run(vertx, this::ping, never));
      assertEquals(COUNT, result.getJsonArray("rttMicros").size());
      assertEquals(0, result.getInteger("lost"));
    } finally {
      answering.interrupt();
      answering.join();
    }
  }
}
