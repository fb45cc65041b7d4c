package io.peerbus.names;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.Protocol;
import io.peerbus.names.Question.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * One address that begins with a name, and all that it leads to: {@code /dns4}, {@code /dns6} and {@code /dns} to the
 * IP addresses of the name, {@code /dnsaddr} to the TXT records {@code dnsaddr=<multiaddr>} of
 * {@code _dnsaddr.<name>}, which may name others in turn. Of these only those are taken that end as the one that named them ends, so that a record
 * cannot put another peer in a named one's place.
 *
 * <p>Ask what {@link #next()} answers, tell each answer or failure once, until {@link #isDone()}. Not thread safe. Time
 * is its owner's to limit.
 *
 * <p>Spec: multiformats/multiaddr, "dnsaddr". {@code localhost} is never asked for (RFC 6761, section 6.3).
 */
public final class Search {

  /** Names that lead to names. A record that leads to itself would otherwise be followed for ever. */
  public static final int MAX_DEPTH = 4;
  /** Questions for one address. Whoever owns a name could otherwise have us ask for thousands, of anybody's server. */
  public static final int MAX_QUESTIONS = 32;
  /** Records that are followed for one address, also where the answer is known: names may lead to each other. */
  public static final int MAX_FOLLOWED = 64;
  /** Records that are looked at of one answer. Against one that is as long as the resolver lets it be. */
  public static final int MAX_RECORDS = 128;
  /** Addresses found in all. Whoever owns a name could otherwise have us dial thousands of strangers. */
  public static final int MAX_ADDRESSES = 64;

  private static final String PREFIX = "dnsaddr=";
  /** What comes behind the name, such as {@code /tcp/4001}, may have a name of its own for TLS. */
  private static final int NAME = 1;

  /** An address to be followed, at its depth. */
  private record Step(Multiaddr address, int depth) {}

  /** A question, what it was asked for, and the answer once there is one. */
  private static final class Asked {
    private final List<Step> waiting = new ArrayList<>();
    private List<String> records;
  }

  private final Multiaddr address;
  private final Map<Question, Asked> asked = new LinkedHashMap<>();
  private final Queue<Question> questions = new ArrayDeque<>();
  private final Set<Multiaddr> found = new LinkedHashSet<>();
  private int followed;
  private int open;
  private String failure;

  /** @throws IllegalArgumentException when the address does not begin with a name */
  public Search(Multiaddr address) {
    if (!isNamed(address)) {
      throw new IllegalArgumentException(address + " begins with no name");
    }
    this.address = address;
    follow(new Step(address, 1));
  }

  /** Whether there is something to look up. */
  public static boolean isNamed(Multiaddr address) {
    return switch (address.components().get(0).protocol()) {
      case DNS, DNS4, DNS6, DNSADDR -> true;
      default -> false;
    };
  }

  /** A question to ask, beside those that are not answered yet, or {@code null} when there is none at present. */
  public Question next() {
    return questions.poll();
  }

  /** The records of a question: IP addresses as text, or texts. */
  public void onAnswer(Question question, List<String> records) {
    Asked answered = asked.get(question);
    open--;
    answered.records = records.size() <= MAX_RECORDS ? records : records.subList(0, MAX_RECORDS);
    if (records.isEmpty()) {
      fails(question.name() + " has no " + question.type() + " records");
    }
    List<Step> waiting = List.copyOf(answered.waiting);
    answered.waiting.clear();
    waiting.forEach(step -> take(step, question.type(), answered.records));
  }

  /** There is no answer; {@code reason} is for people and names the name. */
  public void onFailure(Question question, String reason) {
    Asked failed = asked.get(question);
    open--;
    failed.records = List.of();
    failed.waiting.clear();
    fails(reason);
  }

  /** Whether all questions are answered. */
  public boolean isDone() {
    return open == 0;
  }

  /** The addresses found so far, each beginning with an IP address and on TCP, in the order of the answers. */
  public List<Multiaddr> found() {
    return List.copyOf(found);
  }

  /** Why nothing was found. */
  public String failure() {
    return failure == null ? address + " leads to no TCP address" : failure;
  }

  private void fails(String reason) {
    failure = failure == null ? reason : failure; // the first is nearest to what was asked
  }

  private void follow(Step step) {
    if (step.depth > MAX_DEPTH || followed >= MAX_FOLLOWED) {
      fails(address + " leads from name to name without end");
      return;
    }
    followed++;
    Component first = step.address.components().get(0);
    String name = first.value().toLowerCase(Locale.ROOT);
    switch (first.protocol()) {
      case DNS -> {
        ask(new Question(Type.AAAA, name), step);
        ask(new Question(Type.A, name), step);
      }
      case DNS4 -> ask(new Question(Type.A, name), step);
      case DNS6 -> ask(new Question(Type.AAAA, name), step);
      default -> ask(new Question(Type.TXT, "_dnsaddr." + name), step);
    }
  }

  private void ask(Question question, Step step) {
    if (question.type() != Type.TXT && isLocalhost(question.name())) {
      take(step, question.type(), List.of(question.type() == Type.A ? "127.0.0.1" : "::1"));
      return;
    }
    Asked before = asked.get(question);
    if (before != null && before.records != null) {
      take(step, question.type(), before.records);
    } else if (before != null) {
      before.waiting.add(step);
    } else if (asked.size() < MAX_QUESTIONS) {
      Asked now = new Asked();
      now.waiting.add(step);
      asked.put(question, now);
      questions.add(question);
      open++;
    } else {
      fails(address + " leads to more than " + MAX_QUESTIONS + " questions");
    }
  }

  private static boolean isLocalhost(String name) {
    return name.equals("localhost") || name.endsWith(".localhost");
  }

  private void take(Step step, Type type, List<String> records) {
    for (String record : records) {
      if (type == Type.TXT) {
        takeText(step, record);
      } else {
        takeIp(step, type, record);
      }
    }
  }

  private void takeText(Step step, String text) {
    if (!text.startsWith(PREFIX)) {
      return; // other texts of the same name
    }
    try {
      Multiaddr named = Multiaddr.parse(text.substring(PREFIX.length()));
      if (!endsAs(named, step.address)) {
        return;
      }
      if (isNamed(named)) {
        follow(new Step(named, step.depth + 1));
      } else {
        add(named);
      }
    } catch (FormatException e) {
      fails("a record of " + step.address + " is no address: " + e.getMessage());
    }
  }

  private void takeIp(Step step, Type type, String ip) {
    StringBuilder text = new StringBuilder(type == Type.A ? "/ip4/" : "/ip6/").append(ip);
    List<Component> all = step.address.components();
    for (int i = NAME; i < all.size(); i++) {
      text.append('/').append(all.get(i));
      if (isTlsOfWebSocket(all, i)) {
        text.append("/sni/").append(all.get(0).value()); // the name that the certificate is to have
      }
    }
    try {
      add(Multiaddr.parse(text.toString()));
    } catch (FormatException e) {
      fails("the answer for " + step.address + " is no address: " + e.getMessage());
    }
  }

  /** {@code /tls/ws}, that is, which does not say yet whose certificate is wanted. */
  private static boolean isTlsOfWebSocket(List<Component> all, int at) {
    return all.get(at).protocol() == Protocol.TLS && at + 1 < all.size() && all.get(at + 1).protocol() == Protocol.WS;
  }

  private void add(Multiaddr ip) {
    if (ip.has(Protocol.TCP) && ip.ip().isPresent() && found.size() < MAX_ADDRESSES) {
      found.add(ip);
    }
  }

  /** Whether the last components are those that come after the name. */
  private static boolean endsAs(Multiaddr named, Multiaddr asked) {
    List<Component> all = named.components();
    List<Component> end = asked.components().subList(NAME, asked.components().size());
    return all.size() >= end.size() && all.subList(all.size() - end.size(), all.size()).equals(end);
  }
}
