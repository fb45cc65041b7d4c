package io.peerbus.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.machine.Machine;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class DriverTest {

  private static final class Toy implements Machine<String> {
    final ArrayDeque<String> out = new ArrayDeque<>();
    long deadline = NEVER;
    int calls;

    void ask(String action) {
      out.add(action);
    }

    @Override
    public String poll() {
      return out.poll();
    }

    @Override
    public long deadline() {
      return deadline;
    }

    @Override
    public void onDeadline(long now) {
      calls++;
      if (now >= deadline) {
        deadline = NEVER;
        ask("due");
      }
    }
  }

  private final Toy toy = new Toy();
  private final List<String> acted = new ArrayList<>();
  private Driver<String> driver;

  private void on(Vertx vertx, Consumer<CompletableFuture<Void>> test) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(now -> {
      try {
        test.accept(done);
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    });
    done.get(120, TimeUnit.SECONDS);
  }

  @Test
  void actionsAreCarriedOutInOrderAlsoThoseThatAnActionLeadsTo(Vertx vertx) throws Exception {
    on(vertx, done -> {
      driver = new Driver<>(vertx, toy, action -> {
        acted.add(action);
        if (action.equals("a")) {
          driver.run(now -> toy.ask("c"));
          acted.add("a is done");
        }
      });
      driver.run(now -> {
        toy.ask("a");
        toy.ask("b");
      });
      assertEquals(List.of("a", "a is done", "b", "c"), acted);
      done.complete(null);
    });
  }

  @Test
  void theMachineIsCalledAtItsDeadlineNotBeforeAndOnce(Vertx vertx) throws Exception {
    on(vertx, done -> {
      long due = Driver.now() + 20_000_000;
      driver = new Driver<>(vertx, toy, action -> {
        assertTrue(Driver.now() >= due, "too early");
        assertEquals(1, toy.calls);
        done.complete(null);
      });
      driver.run(now -> toy.deadline = due);
    });
  }

  @Test
  void anEarlierDeadlineReplacesALaterOneAndNoneCancels(Vertx vertx) throws Exception {
    on(vertx, done -> {
      driver = new Driver<>(vertx, toy, action -> {
        assertEquals(1, toy.calls, "the cancelled timers fired too");
        done.complete(null);
      });
      driver.run(now -> toy.deadline = now + 1_000_000);
      driver.run(now -> toy.deadline = Machine.NEVER);
      driver.run(now -> toy.deadline = now + 3_600_000_000_000L);
      driver.run(now -> toy.deadline = now + 10_000_000);
    });
  }

  /** As that of requests, each answered long before it is due: a timer for each would cost more than the answer. */
  @Test
  void aDeadlineThatMovesOnIsMetAtItsLastPlaceAndTheMachineNotCalledBefore(Vertx vertx) throws Exception {
    on(vertx, done -> {
      long due = Driver.now() + 60_000_000;
      driver = new Driver<>(vertx, toy, action -> {
        assertTrue(Driver.now() >= due, "too early");
        assertEquals(1, toy.calls, "the timer of an earlier place called it");
        done.complete(null);
      });
      for (long before = 59; before >= 0; before--) {
        long millis = before;
        driver.run(now -> toy.deadline = due - millis * 1_000_000);
      }
    });
  }

  @Test
  void afterCloseNothingHappensAnyMore(Vertx vertx) throws Exception {
    on(vertx, done -> {
      driver = new Driver<>(vertx, toy, acted::add);
      driver.run(now -> toy.deadline = now + 1_000_000);
      driver.close();
      driver.run(now -> toy.ask("late"));
      vertx.setTimer(30, timer -> {
        assertEquals(List.of(), acted);
        assertEquals(0, toy.calls);
        done.complete(null);
      });
    });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anActionThatFailsKeepsNeitherTheOthersNorTheDeadlineBack(Throwable failure, Vertx vertx) throws Exception {
    on(vertx, done -> {
      driver = new Driver<>(vertx, toy, action -> {
        acted.add(action);
        if (action.equals("a")) {
          raise(failure);
        } else if (action.equals("due")) {
          assertEquals(List.of("a", "b", "due"), acted);
          done.complete(null);
        }
      });
      assertSame(failure, assertThrows(Throwable.class, () -> driver.run(now -> {
        toy.ask("a");
        toy.ask("b");
        toy.deadline = now + 1_000_000;
      })));
    });
  }

  static List<Throwable> failures() {
    return List.of(new IllegalStateException("thrown by the test"), new NoClassDefFoundError("x/Y"),
        new Exception("of a language without checked exceptions"));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
  }
}
