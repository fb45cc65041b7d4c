package io.peerbus.gossipsub.verticle;

import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.Message;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages to those who subscribed on this node: each is sent to the subscriber's address, which answers. The
 * answers are the subscriber's back-pressure: with too many outstanding, new messages are dropped, since the event
 * bus itself would only pile them up.
 *
 * <p>A subscriber whose address has had no handler for a while is taken to be gone; one that is being replaced by a
 * newer version is not. Belongs to the verticle's context.
 */
final class Deliveries {

  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  /** Messages a subscriber has not answered yet. One that is slower than its topic could otherwise fill the memory. */
  static final int MAX_BACKLOG = 1024;

  /** Their bytes: peers may send few but large ones. One message of any size always goes. */
  static final long MAX_BACKLOG_BYTES = 16 << 20;

  static final long GONE_NANOS = 30_000_000_000L;

  private static final long PRESENT = -1;

  private static final class Subscriber {
    final String address;
    int backlog;
    long backlogBytes;
    /** What was sent to it waits in the event bus still, though it counts no more: it gets no more until it answers. */
    boolean silent;
    long dropped;
    long missingSince = PRESENT;

    Subscriber(String address) {
      this.address = address;
    }

    boolean isFull() {
      return backlog >= (silent ? 1 : MAX_BACKLOG) || backlogBytes >= MAX_BACKLOG_BYTES;
    }
  }

  private final EventBus bus;
  private final LongSupplier clock;
  private final Consumer<String> abandoned;
  private final DeliveryOptions options;
  private final Map<String, List<Subscriber>> topics = new LinkedHashMap<>();
  private long dropped;

  /**
   * @param clock nanoseconds
   * @param abandoned told a topic that nobody here subscribes to any more, when it was us who found out
   * @param answerMillis after which a subscriber that has not answered gets one message at a time, until it does
   */
  Deliveries(EventBus bus, LongSupplier clock, Consumer<String> abandoned, long answerMillis) {
    this.bus = bus;
    this.clock = clock;
    this.abandoned = abandoned;
    this.options = new DeliveryOptions().setSendTimeout(answerMillis);
  }

  /** Again is no harm. */
  void add(String topic, String address) {
    List<Subscriber> subscribers = topics.computeIfAbsent(topic, t -> new ArrayList<>());
    if (subscribers.stream().noneMatch(each -> each.address.equals(address))) {
      subscribers.add(new Subscriber(address));
    }
  }

  /** Delivers to {@code address} what went to {@code before}: each message goes to one of them. */
  void replace(String topic, String before, String address) {
    List<Subscriber> subscribers = topics.getOrDefault(topic, new ArrayList<>());
    subscribers.removeIf(each -> each.address.equals(before) && !before.equals(address));
    add(topic, address);
  }

  /** The addresses by topic. */
  Map<String, List<String>> addresses() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    topics.forEach((topic, of) -> all.put(topic, of.stream().map(subscriber -> subscriber.address).toList()));
    return all;
  }

  /** Goes on from what an earlier version of the plugin has counted. */
  void restore(long count) {
    dropped = count;
  }

  /** Answers whether nobody subscribes to the topic now. */
  boolean remove(String topic, String address) {
    List<Subscriber> subscribers = topics.get(topic);
    if (subscribers != null) {
      subscribers.removeIf(each -> each.address.equals(address));
      if (subscribers.isEmpty()) {
        topics.remove(topic);
      }
    }
    return !topics.containsKey(topic);
  }

  void deliver(Action.Deliver delivery) {
    JsonObject body = json(delivery);
    for (Subscriber subscriber : List.copyOf(topics.getOrDefault(delivery.topic(), List.of()))) {
      if (subscriber.isFull()) {
        drop(delivery.topic(), subscriber);
      } else {
        send(delivery, subscriber, body);
      }
    }
  }

  private void send(Action.Deliver delivery, Subscriber subscriber, JsonObject body) {
    int bytes = body.getBuffer("data").length();
    subscriber.backlog++;
    subscriber.backlogBytes += bytes;
    bus.request(subscriber.address, body, options).onComplete(answer -> {
      subscriber.backlog--;
      subscriber.backlogBytes -= bytes;
      subscriber.silent = failure(answer) == ReplyFailure.TIMEOUT;
      if (answer.succeeded()) {
        subscriber.missingSince = PRESENT;
      } else if (failure(answer) == ReplyFailure.NO_HANDLERS) {
        onMissing(delivery.topic(), subscriber);
      }
    });
  }

  private static ReplyFailure failure(AsyncResult<?> answer) {
    return answer.cause() instanceof ReplyException e ? e.failureType() : null;
  }

  private void drop(String topic, Subscriber subscriber) {
    dropped++;
    if (subscriber.dropped++ == 0) {
      LOG.warn("{} has not answered {} messages of {}: newer ones are dropped", subscriber.address,
          subscriber.backlog, topic);
    }
  }

  private void onMissing(String topic, Subscriber subscriber) {
    long now = clock.getAsLong();
    if (subscriber.missingSince == PRESENT) {
      subscriber.missingSince = now;
    } else if (now - subscriber.missingSince >= GONE_NANOS && topics.containsKey(topic)) {
      LOG.info("nobody is at {} any more: its subscription to {} is dropped", subscriber.address, topic);
      if (remove(topic, subscriber.address)) {
        abandoned.accept(topic);
      }
    }
  }

  private static JsonObject json(Action.Deliver delivery) {
    Message message = delivery.message();
    JsonObject json = new JsonObject().put("topic", delivery.topic());
    if (message.author() != null) {
      json.put("from", message.author().toString());
    }
    if (message.seqno() != null) {
      json.put("seqno", Buffer.buffer(message.seqno()));
    }
    return json.put("data", Buffer.buffer(message.data()))
        .put("id", Buffer.buffer(delivery.id().toBytes()))
        .put("receivedFrom", delivery.receivedFrom().toString());
  }

  /** Messages dropped because a subscriber did not answer. */
  long dropped() {
    return dropped;
  }
}
