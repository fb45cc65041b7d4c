package io.peerbus.multistream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One negotiation of a protocol by multistream-select 1.0, one side of it.
 *
 * <p>Its owner sends what {@link #output()} gives, now and after each {@link #onBytes}, until {@link #isSettled()};
 * then the protocol's own bytes follow in both directions. What came together with the last message of the
 * negotiation is left in the input. An owner that wants a time limit keeps it itself, over the whole negotiation.
 *
 * <p>Holds at most 4 KiB, whatever the remote sends. Not thread safe, owned by its connection.
 */
public final class Negotiation {

  /**
   * Proposals that a listener answers. A peer could otherwise keep a stream in negotiation for ever, with guesses
   * that cost it a few bytes each. Known nodes propose five at most.
   */
  public static final int MAX_PROPOSALS = 50;

  /** What the two roles do with a message; the rest is the same for both. */
  private interface Role {
    void onMessage(String text) throws NegotiationException;
  }

  private final Role role;
  private final MessageReader reader = new MessageReader();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private int headers;
  private String protocol;
  private NegotiationException failure;

  private Negotiation(List<String> protocols) {
    role = new Dialer(protocols);
  }

  private Negotiation(Predicate<String> serves, Supplier<List<String>> list) {
    role = new Listener(serves, list);
  }

  /**
   * The side that proposes. The header and the first protocol are pending at once, the next protocol after each
   * {@code na}.
   *
   * <p>With a single protocol this is also the lazy selection of the libp2p implementations: the owner may send the
   * protocol's own bytes right behind the first {@link #output()}, even half-close, and hand what it receives to
   * {@link #onBytes} as they come. If the remote then refuses, what was sent is lost and the stream must be reset.
   * With several protocols nothing may be sent before {@link #isSettled()}.
   *
   * @param protocols at least one, in order of preference
   * @throws IllegalArgumentException when there is none, or an id does not fit in a message
   */
  public static Negotiation dialer(List<String> protocols) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("protocols: none");
    }
    protocols.forEach(Message::check);
    return new Negotiation(List.copyOf(protocols));
  }

  /**
   * The side that answers. The header is pending at once.
   *
   * @param serves whether a protocol is spoken here; called with whatever text the remote proposes, at most 1,023
   *     bytes of it
   * @param list what to answer to {@code ls}; asked at most once
   */
  public static Negotiation listener(Predicate<String> serves, Supplier<List<String>> list) {
    return new Negotiation(serves, list);
  }

  /**
   * Takes what belongs to the negotiation from {@code in}; once settled, nothing more.
   *
   * @throws NegotiationException when the negotiation has failed; every later call throws the same. What is pending
   *     in {@link #output()} may still be sent
   */
  public void onBytes(ByteBuffer in) throws NegotiationException {
    if (failure != null) {
      throw failure;
    }
    try {
      while (protocol == null) {
        String text = reader.next(in);
        if (text == null) {
          return;
        }
        onMessage(text);
      }
    } catch (NegotiationException e) {
      failure = e;
      throw e;
    }
  }

  private void onMessage(String text) throws NegotiationException {
    if (text.equals(Message.HEADER)) {
      // Some implementations send the header twice; more often is no negotiation but a way to keep us busy.
      if (++headers > 2) {
        throw NegotiationException.malformed("the header came " + headers + " times");
      }
    } else if (headers == 0) {
      throw NegotiationException.malformed("expected " + Message.HEADER + " but got " + Message.shown(text));
    } else {
      role.onMessage(text);
    }
  }

  /** The bytes to send now, or {@code null} when there are none. They are given out once. */
  public ByteBuffer output() {
    if (output.size() == 0) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(output.toByteArray());
    output.reset();
    return bytes;
  }

  /** Whether a protocol was agreed. The last {@link #output()} may still be pending then. */
  public boolean isSettled() {
    return protocol != null;
  }

  /** The agreed protocol, or {@code null} before that. */
  public String protocol() {
    return protocol;
  }

  private final class Dialer implements Role {
    private final List<String> protocols;
    private int proposed;

    Dialer(List<String> protocols) {
      this.protocols = protocols;
      Message.write(Message.HEADER, output);
      Message.write(protocols.get(0), output);
    }

    @Override
    public void onMessage(String text) throws NegotiationException {
      String proposal = protocols.get(proposed);
      if (text.equals(proposal)) {
        protocol = proposal;
      } else if (!text.equals(Message.NOT_AVAILABLE)) {
        throw NegotiationException.malformed("proposed " + proposal + " but got " + Message.shown(text));
      } else if (++proposed == protocols.size()) {
        throw new NegotiationException("the remote supports none of " + String.join(", ", protocols), true);
      } else {
        Message.write(protocols.get(proposed), output);
      }
    }
  }

  private final class Listener implements Role {
    private final Predicate<String> serves;
    private final Supplier<List<String>> list;
    private int proposals;
    private boolean listed;

    Listener(Predicate<String> serves, Supplier<List<String>> list) {
      this.serves = serves;
      this.list = list;
      Message.write(Message.HEADER, output);
    }

    @Override
    public void onMessage(String text) throws NegotiationException {
      if (++proposals > MAX_PROPOSALS) {
        throw NegotiationException.malformed("more than " + MAX_PROPOSALS + " proposals");
      }
      if (text.equals(Message.LIST) && !listed) {
        // Once only: the answer is a hundred times longer than the question.
        listed = true;
        Message.writeList(list.get(), output);
      } else if (!text.isEmpty() && serves.test(text)) {
        protocol = text;
        Message.write(text, output);
      } else {
        Message.writeNotAvailable(output);
      }
    }
  }
}
