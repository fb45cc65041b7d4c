package io.peerbus.interop;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;

/** Messages on one topic between the two of a meeting, and what is made of them: all, once, intact, by their author. */
final class Gossip {

  private static final int LARGEST = 60 * 1024;
  /** A peer that takes ten messages a second gets a hundred in this time, on a busy machine too. */
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** What is compared. */
  private record Post(String author, int size, String sha256) {}

  private final Meeting meeting;
  private final String topic;
  private int sent;
  private int received;

  Gossip(Meeting meeting, String topic) {
    this.meeting = meeting;
    this.topic = topic;
  }

  /** Both subscribe, and each has the other in its mesh: we look at ours, and theirs has taken our GRAFT. */
  void subscribe() {
    int mark = meeting.peer().events().mark();
    meeting.node().subscribe(topic);
    meeting.peer().call("subscribe", new JsonObject().put("topic", topic));
    meeting.peer().events().await(mark, line -> ForeignPeer.isEvent("subscribed").test(line)
        && topic.equals(line.getString("topic")), "they are told of our subscription");
    meeting.node().until("they are in our mesh", () -> meeting.node().isInMesh(topic, meeting.peer().id()));
    // A message comes after our GRAFT, in the same stream.
    toThem(1);
  }

  /** We publish, they receive. */
  void toThem(int count) {
    int mark = meeting.peer().events().mark();
    List<Post> posts = new ArrayList<>();
    for (byte[] data : messages(count, 1)) {
      posts.add(post(meeting.node().id().toString(), data));
      JsonObject result = meeting.node().publish(topic, data);
      if (!result.getJsonArray("peers").contains(meeting.peer().id().toString())) {
        throw new AssertionError("not sent to them: " + result);
      }
    }
    sent += count;
    compare(posts, meeting.peer().events(), mark, this::isTheirs,
        line -> new Post(line.getString("from"), line.getInteger("size"), line.getString("sha256")));
  }

  /** They publish, we receive. */
  void toUs(int count) {
    int mark = meeting.node().messages().mark();
    List<Post> posts = new ArrayList<>();
    for (byte[] data : messages(count, 2)) {
      posts.add(post(meeting.peer().id().toString(), data));
      meeting.peer().call("publish", new JsonObject()
          .put("topic", topic).put("data", Base64.getEncoder().encodeToString(data)));
    }
    received += count;
    compare(posts, meeting.node().messages(), mark, this::isOnTopic,
        message -> post(message.getString("from"), message.getBinary("data")));
  }

  /** To be called well after the last message, so that a second one has had its time. */
  void noneTwice() {
    int atThem = meeting.peer().events().all(this::isTheirs).size();
    int atUs = meeting.node().messages().all(this::isOnTopic).size();
    if (atThem != sent || atUs != received) {
      throw new AssertionError("they received " + atThem + " of " + sent + ", we " + atUs + " of " + received);
    }
  }

  private boolean isTheirs(JsonObject line) {
    return ForeignPeer.isEvent("message").test(line) && isOnTopic(line);
  }

  private boolean isOnTopic(JsonObject message) {
    return topic.equals(message.getString("topic"));
  }

  private static void compare(List<Post> expected, Events<JsonObject> events, int mark,
      Predicate<JsonObject> onTopic, Function<JsonObject, Post> post) {
    List<JsonObject> received = events.await(mark, onTopic, expected.size(), PATIENCE, "messages");
    List<Post> missing = new ArrayList<>(expected);
    List<Post> surplus = new ArrayList<>();
    received.stream().map(post).forEach(each -> {
      if (!missing.remove(each)) {
        surplus.add(each);
      }
    });
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new AssertionError("missing " + missing + ", too many " + surplus);
    }
  }

  private static List<byte[]> messages(int count, long seed) {
    Random random = new Random(seed);
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[i == 0 ? 1 : i == 1 ? LARGEST : 2 + random.nextInt(LARGEST - 1)];
      random.nextBytes(data);
      messages.add(data);
    }
    Collections.shuffle(messages, random);
    return messages;
  }

  private static Post post(String author, byte[] data) {
    return new Post(author, data.length, HexFormat.of().formatHex(Echo.sha256().digest(data)));
  }
}
