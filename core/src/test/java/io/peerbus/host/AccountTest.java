package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AccountTest {

  private static final int FREE = (int) Holding.FREE;

  private static Account account(int streams, long bytes) {
    return new Account("echo", new Budget(streams, bytes));
  }

  @Test
  void aStreamBeyondTheBudgetIsRefusedByNameAndNumberUntilOneIsOver() {
    Account account = account(2, 1 << 20);
    account.open();
    Holding second = account.open();
    FailureException refusal = assertThrows(FailureException.class, account::open);
    assertEquals(Failure.LIMIT_REACHED, refusal.failure());
    assertEquals("plugin echo is at its budget of 2 streams", refusal.getMessage());
    second.close();
    second.close();
    account.open();
    assertThrows(FailureException.class, account::open);
    assertEquals(new JsonObject().put("plugin", "echo").put("streams", 2).put("bytesInFlight", 0L).put("refused", 2L),
        account.toJson());
  }

  @Test
  void bytesCountBeyondTheFreePortionAndComeBack() {
    Account account = account(10, 300_000);
    Holding holding = account.open();
    assertTrue(holding.add(FREE));
    assertEquals(0L, account.toJson().getLong("bytesInFlight"));
    assertTrue(holding.add(200_000));
    assertEquals(200_000L, account.toJson().getLong("bytesInFlight"));
    holding.remove(150_000);
    assertEquals(50_000L, account.toJson().getLong("bytesInFlight"));
    assertTrue(account.open().add(FREE + 250_000));
    assertFalse(holding.add(1));
    assertTrue(holding.isExceeded());
    assertEquals("plugin echo is at its budget of 300000 bytesInFlight",
        assertThrows(FailureException.class, account::open).getMessage());
    holding.close();
    assertEquals(250_000L, account.toJson().getLong("bytesInFlight"));
  }

  @Test
  void anotherBudgetHoldsForWhatComesNext() {
    Account account = account(2, 1 << 20);
    account.open();
    account.open();
    account.setBudget(new Budget(1, 1 << 20));
    assertThrows(FailureException.class, account::open);
    account.setBudget(new Budget(3, 1 << 20));
    account.open();
  }

  @Property(tries = 200)
  void whateverComesAndGoesTheSumIsThatOfTheStreams(
      @ForAll @Size(max = 200) List<@IntRange(max = 100_000) Integer> steps) {
    Account account = account(4, 1 << 20);
    Holding[] holdings = {account.open(), account.open(), account.open(), account.open()};
    long[] held = new long[4];
    for (int step : steps) {
      int i = step % 4;
      if (step % 3 == 0) {
        long gone = Math.min(held[i], step);
        holdings[i].remove(gone);
        held[i] -= gone;
      } else if (!holdings[i].isExceeded()) {
        holdings[i].add(step);
        held[i] += step;
      }
      long bytes = account.toJson().getLong("bytesInFlight");
      assertTrue(bytes >= 0 && bytes <= 1 << 20, bytes + " bytes");
      long sum = 0;
      for (int j = 0; j < 4; j++) {
        sum += Math.max(0, held[j] - FREE);
      }
      boolean none = List.of(holdings).stream().noneMatch(Holding::isExceeded);
      assertEquals(none ? sum : bytes, bytes);
    }
    List.of(holdings).forEach(Holding::close);
    assertEquals(0L, account.toJson().getLong("bytesInFlight"));
    assertEquals(0, account.toJson().getInteger("streams"));
  }

  @Test
  void fromSeveralThreadsExactlyAsManyStreamsAreTakenAsThereMayBe() throws Exception {
    Account account = account(1_000, 1 << 20);
    AtomicInteger taken = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> {
          for (int j = 0; j < 500; j++) {
            try {
              account.open();
              taken.incrementAndGet();
            } catch (FailureException e) {
              assertEquals(Failure.LIMIT_REACHED, e.failure());
            }
          }
        }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(1_000, taken.get());
    assertEquals(1_000, account.toJson().getInteger("streams"));
  }

  @Test
  void aBudgetWithoutSenseIsRefused() {
    assertEquals(Budget.DEFAULT, Budget.of(null));
    assertEquals(new Budget(5, Budget.DEFAULT.bytesInFlight()), Budget.of(new JsonObject().put("streams", 5)));
    assertEquals("budget: streams: 0 < 1",
        assertThrows(FailureException.class, () -> Budget.of(new JsonObject().put("streams", 0))).getMessage());
    assertEquals("budget: bytesInFlight: 1 < 131014",
        assertThrows(FailureException.class, () -> Budget.of(new JsonObject().put("bytesInFlight", 1))).getMessage());
  }
}
