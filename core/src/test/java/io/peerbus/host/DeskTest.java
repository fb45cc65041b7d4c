package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.Addresses;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DeskTest {

  private static final Addresses ADDRESSES = new Addresses("desk");

  private static final Account ACCOUNT = new Account("tally", Budget.DEFAULT);
  private final Client first = new Client(1, "tally", "inbox 1", false, ACCOUNT);
  private final Client second = new Client(2, "tally", "inbox 2", true, ACCOUNT);
  private Vertx vertx;
  private Context context;
  private Desk desk;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    context = vertx.getOrCreateContext();
    desk = on(() -> Future.succeededFuture(new Desk(vertx, ADDRESSES)));
    answer(first);
    answer(second);
  }

  private <T> T on(Supplier<Future<T>> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> {
      try {
        action.get().onComplete(done);
      } catch (RuntimeException e) {
        done.fail(e);
      }
    });
    return await(done.future());
  }

  private void run(Runnable action) {
    on(() -> {
      action.run();
      return Future.succeededFuture();
    });
  }

  /** A client that answers with its number. */
  private void answer(Client client) {
    await(vertx.eventBus().<JsonObject>consumer(ADDRESSES.calls(client.number()),
        message -> message.reply(new JsonObject().put("by", client.number()))).completion());
  }

  private Future<Integer> ask() {
    return vertx.eventBus().<JsonObject>request(ADDRESSES.plugin("tally"), new JsonObject())
        .map(reply -> reply.body().getInteger("by"));
  }

  private Future<Integer> ask(String caller) {
    return vertx.eventBus().<JsonObject>request(ADDRESSES.plugin("tally"), new JsonObject(),
        new DeliveryOptions().addHeader("caller", caller)).map(reply -> reply.body().getInteger("by"));
  }

  private static String refusal(Future<?> future) {
    ReplyException refused = assertThrows(ReplyException.class, () -> await(future));
    assertEquals(Failure.LIMIT_REACHED.code(), refused.failureCode());
    return refused.getMessage();
  }

  private static Failure failure(Future<?> future) {
    return Failure.of(assertThrows(Throwable.class, () -> {
      try {
        await(future);
      } catch (AssertionError e) {
        throw e.getCause();
      }
    })).failure();
  }

  @Test
  void theDeskWaitsAsLongAsWhoAsks() {
    LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    Client slow = new Client(3, "slow", "inbox 3", false, ACCOUNT);
    await(vertx.eventBus().<JsonObject>consumer(ADDRESSES.calls(3), message -> {
      told.add(message.headers().get("timeoutMillis"));
      message.reply(new JsonObject());
    }).completion());
    on(() -> desk.serve(slow));
    Map<String, String> waits = new LinkedHashMap<>();
    for (String asked : List.of("1", "90000", "600000", "600001", "999999999", "0", "-1", "1e3", "9999999999")) {
      DeliveryOptions options = new DeliveryOptions().addHeader("timeoutMillis", asked);
      await(vertx.eventBus().request(ADDRESSES.plugin("slow"), new JsonObject(), options));
      waits.put(asked, told.remove());
    }
    assertEquals("{1=1, 90000=90000, 600000=600000, 600001=600000, 999999999=600000, 0=60000, -1=60000, 1e3=60000, "
        + "9999999999=60000}", waits.toString());
    await(vertx.eventBus().request(ADDRESSES.plugin("slow"), new JsonObject()));
    assertEquals("60000", told.remove());
  }

  @Test
  void requestsGoToWhoServesAndToNobodyElse() {
    assertEquals(Failure.UNAVAILABLE, failure(ask()));
    on(() -> desk.serve(first));
    assertEquals(1, await(ask()));
    run(() -> desk.leave(second));
    assertEquals(1, await(ask()));
    run(() -> desk.leave(first));
    assertEquals(Failure.UNAVAILABLE, failure(ask()));
  }

  @Test
  void requestsWaitWhileOneVersionMakesRoomForTheNext() {
    on(() -> desk.serve(first));
    run(() -> desk.yield(first));
    Future<Integer> waiting = ask();
    run(() -> desk.leave(first));
    Future<Integer> also = ask();
    assertFalse(waiting.isComplete() || also.isComplete());
    on(() -> desk.serve(second));
    assertEquals(2, await(waiting));
    assertEquals(2, await(also));
    run(() -> desk.yield(first)); // late, and not its to ask any more
    assertEquals(2, await(ask()));
  }

  @Test
  void whoMadeRoomInVainServesAgain() {
    on(() -> desk.serve(first));
    run(() -> desk.yield(first));
    Future<Integer> waiting = ask();
    on(() -> desk.serve(first));
    assertEquals(1, await(waiting));
  }

  @Test
  void whenNobodyComesThoseWhoWaitAreToldSo() {
    on(() -> desk.serve(first));
    run(() -> desk.yield(first));
    Future<Integer> waiting = ask();
    run(() -> desk.yield(first));
    run(() -> desk.leave(first));
    assertEquals(Failure.UNAVAILABLE, failure(waiting));
    assertEquals(Failure.UNAVAILABLE, failure(ask()), "nobody is at the address any more");
  }

  @Test
  void ofTheRequestsThatWaitOneCallerHasHalfAndTheOthersComeThrough() {
    on(() -> desk.serve(first));
    run(() -> desk.yield(first));
    List<Future<Integer>> wait = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      wait.add(ask("flood"));
    }
    assertEquals("the plugin is being replaced and plugin flood has as many as it leaves to others of the 1024 requests"
        + " that wait for it", refusal(ask("flood")));
    for (int i = 0; i < 256; i++) {
      wait.add(ask());
    }
    assertEquals("the plugin is being replaced and those who ask from outside of plugins have as many as it leaves to"
        + " others of the 1024 requests that wait for it", refusal(ask()));
    wait.add(ask("honest"));
    on(() -> desk.serve(second));
    for (Future<Integer> each : wait) {
      assertEquals(2, await(each));
    }
    run(() -> desk.yield(second));
    for (int i = 0; i < 512; i++) {
      ask("flood"); // its places are free again
    }
    assertEquals(Failure.LIMIT_REACHED, failure(ask("flood")));
  }

  @Test
  void thoseWhoAskAPluginThatNeverAnswersDoNotFillTheMemory() throws Exception {
    Client mute = new Client(3, "tally", "inbox 3", true, ACCOUNT);
    LinkedBlockingQueue<Message<JsonObject>> asked = new LinkedBlockingQueue<>();
    await(vertx.eventBus().<JsonObject>consumer(ADDRESSES.calls(3), asked::add).completion());
    on(() -> desk.serve(mute));
    for (int i = 0; i < 8_192; i++) {
      ask("flood");
    }
    assertEquals("the plugin does not come up with its answers and plugin flood has as many as it leaves to others of"
        + " the 16384 requests that wait for one", refusal(ask("flood")));
    Future<Integer> honest = ask("honest");
    on(() -> desk.serve(new Client(4, "tally", "inbox 4", true, ACCOUNT)));
    await(vertx.eventBus().<JsonObject>consumer(ADDRESSES.calls(4),
        message -> message.reply(new JsonObject().put("by", 4))).completion());
    assertEquals(Failure.LIMIT_REACHED, failure(ask("flood")), "the places are the plugin's, whichever version");
    assertEquals(4, await(ask("honest")));
    assertFalse(honest.isComplete());
    for (int i = 0; i <= 8_192; i++) {
      asked.take().reply(new JsonObject().put("by", 3));
    }
    assertEquals(3, await(honest));
    assertEquals(4, await(ask("flood")), "its places are free again");
  }

  @Test
  void anOlderVersionOrAnotherInstanceCannotTakeTheRequests() {
    on(() -> desk.serve(second));
    for (Client other : List.of(first, new Client(3, "tally", "inbox 3", false, ACCOUNT))) {
      FailureException e = assertThrows(FailureException.class, () -> on(() -> desk.serve(other)));
      assertEquals(Failure.ALREADY_TAKEN, e.failure());
    }
    assertEquals(2, await(ask()));
  }

  @Test
  void noPluginGetsTheRequestsOfTheNode() {
    for (String name : List.of("control", "plugins", "events", "data.0", "inbox.7")) {
      FailureException e =
          assertThrows(FailureException.class,
              () -> on(() -> desk.serve(new Client(1, name, "inbox 1", true, ACCOUNT))));
      assertEquals(Failure.BAD_REQUEST, e.failure());
    }
  }

  @Test
  void whatAPluginFailsWithIsPassedOn() {
    Client third = new Client(3, "tally", "inbox 3", true, ACCOUNT);
    MessageConsumer<JsonObject> failing = vertx.eventBus().consumer(ADDRESSES.calls(3),
        message -> message.fail(Failure.NOT_FOUND.code(), "no such peer"));
    await(failing.completion());
    on(() -> desk.serve(third));
    ReplyException e = assertThrows(ReplyException.class, () -> await(ask()));
    assertEquals(Failure.NOT_FOUND.code(), e.failureCode());
    assertEquals("no such peer", e.getMessage());
  }

  @Test
  void aNodeThatStopsAnswersThoseWhoWait() {
    on(() -> desk.serve(first));
    run(() -> desk.yield(first));
    Future<Integer> waiting = ask();
    run(desk::close);
    assertEquals(Failure.UNAVAILABLE, failure(waiting));
  }
}
