package io.peerbus.net;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.names.Question;
import io.peerbus.names.Search;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses that those which begin with a name stand for. Belongs to the context that it is made on; calls
 * are made there and futures complete there.
 */
public final class Resolver {

  /** Of one address, all questions together: a chain of slow servers must not hold a dial for longer. */
  public static final long TIMEOUT_MILLIS = 8_000;

  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

  /** Lookups under way. Against plugins that ask for whatever strangers tell them. */
  private static final int MAX_AT_ONCE = 256;

  private final Vertx vertx;
  private final Function<Question, Future<List<String>>> ask;
  private final Runnable close;
  private final Set<Run> running = new LinkedHashSet<>();

  /** Asks this server. */
  public Resolver(Vertx vertx, NameServer server) {
    this(vertx, server::ask, server::close);
  }

  /** {@code ask} answers records or fails with a message that names the name. */
  Resolver(Vertx vertx, Function<Question, Future<List<String>>> ask, Runnable close) {
    this.vertx = vertx;
    this.ask = ask;
    this.close = close;
  }

  /**
   * The addresses that one stands for, at least one, on TCP and beginning with an IP address; one that begins with such
   * an address is its own answer. Fails with a message for people.
   */
  public Future<List<Multiaddr>> resolve(Multiaddr address) {
    if (!Search.isNamed(address)) {
      return Future.succeededFuture(List.of(address));
    }
    if (running.size() >= MAX_AT_ONCE) {
      return Future.failedFuture(MAX_AT_ONCE + " names are being looked up, this is one too many");
    }
    Run run = new Run(new Search(address));
    running.add(run);
    run.timer = vertx.setTimer(TIMEOUT_MILLIS, fired -> run.end("no answer within " + TIMEOUT_MILLIS / 1000 + " s"));
    run.goOn();
    return run.done.future();
  }

  /** Fails what is under way. */
  public void close() {
    for (Run run : List.copyOf(running)) {
      run.end("the node stops");
    }
    close.run();
  }

  /** One address that is being looked up. */
  private final class Run {
    private final Search search;
    private final Promise<List<Multiaddr>> done = Promise.promise();
    private long timer;
    private boolean over;

    private Run(Search search) {
      this.search = search;
    }

    private void goOn() {
      for (Question question = search.next(); question != null; question = search.next()) {
        Question asked = question;
        ask.apply(asked).onComplete(records -> tell(() -> search.onAnswer(asked, records)),
            e -> tell(() -> search.onFailure(asked, e.getMessage())));
      }
      if (search.isDone()) {
        end(search.failure());
      }
    }

    private void tell(Runnable answer) {
      if (!over) {
        answer.run();
        goOn();
      }
    }

    /** With what was found by now, or for want of that with the reason. */
    private void end(String reason) {
      if (over) {
        return;
      }
      over = true;
      running.remove(this);
      vertx.cancelTimer(timer);
      List<Multiaddr> found = search.found();
      LOG.debug("looked up: {}", found.isEmpty() ? reason : found);
      if (found.isEmpty()) {
        done.fail(reason);
      } else {
        done.complete(found);
      }
    }
  }
}
