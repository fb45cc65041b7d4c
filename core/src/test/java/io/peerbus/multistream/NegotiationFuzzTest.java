package io.peerbus.multistream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Any bytes at all, in any pieces, to both roles. */
class NegotiationFuzzTest {

  static Negotiation make(boolean dialer) {
    return dialer
        ? Negotiation.dialer(List.of("/a", "/b/1.0.0", "/noise"))
        : Negotiation.listener("/noise"::equals, () -> List.of("/noise", "/yamux/1.0.0"));
  }

  /** What became of a negotiation, all that can be seen of it. */
  record Outcome(String sent, String protocol, String failure, int left) {}

  static Outcome feed(boolean dialer, byte[] wire, int piece) {
    Negotiation negotiation = make(dialer);
    StringBuilder sent = new StringBuilder();
    String failure = null;
    ByteBuffer in = ByteBuffer.wrap(wire).limit(0);
    while (failure == null && !negotiation.isSettled() && in.limit() < wire.length) {
      in.limit(Math.min(wire.length, in.limit() + piece));
      try {
        negotiation.onBytes(in);
      } catch (NegotiationException e) {
        failure = e.getMessage();
      }
      ByteBuffer out = negotiation.output();
      sent.append(out == null ? "" : StandardCharsets.ISO_8859_1.decode(out));
    }
    int left = failure == null ? wire.length - in.position() : 0;
    return new Outcome(sent.toString(), negotiation.protocol(), failure, left);
  }

  /** Mostly the words of multistream-select, so that a negotiation comes far, with rubbish in between. */
  @Provide
  Arbitrary<byte[]> conversations() {
    Arbitrary<byte[]> words = Arbitraries.of("/multistream/1.0.0", "na", "ls", "/a", "/b/1.0.0", "/noise", "/noise ",
        "", "/" + "x".repeat(1022)).map(NegotiationFuzzTest::message);
    Arbitrary<byte[]> rubbish = Arbitraries.bytes().array(byte[].class).ofMaxSize(20);
    return Arbitraries.frequencyOf(Tuple.of(20, words), Tuple.of(1, rubbish))
        .list().ofMaxSize(30).map(parts -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          all.writeBytes(message("/multistream/1.0.0"));
          parts.forEach(all::writeBytes);
          return all.toByteArray();
        });
  }

  private static byte[] message(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Message.write(text, out);
    return out.toByteArray();
  }

  @Property(tries = 500)
  void theOutcomeDoesNotDependOnHowTheInputIsCut(
      @ForAll("conversations") byte[] wire, @ForAll boolean dialer, @ForAll @IntRange(min = 1, max = 50) int piece) {
    Outcome whole = feed(dialer, wire, Integer.MAX_VALUE / 2);
    assertEquals(whole, feed(dialer, wire, 1));
    assertEquals(whole, feed(dialer, wire, piece));
  }

  @Property(tries = 500)
  void conversationsCostNoMoreThanTheirBytes(@ForAll("conversations") byte[] wire, @ForAll boolean dialer) {
    Allocation.assertBounded(wire.length, () -> make(dialer).onBytes(ByteBuffer.wrap(wire)));
  }

  @Property(tries = 500)
  void rubbishGivesNothingButTheDeclaredException(@ForAll @Size(max = 3000) byte[] wire, @ForAll boolean dialer) {
    Allocation.assertBounded(wire.length, () -> make(dialer).onBytes(ByteBuffer.wrap(wire)));
    assertEquals(feed(dialer, wire, 4000), feed(dialer, wire, 1));
  }

  @Test
  void theShortestProposalsCostNoMoreThanTheirBytes() {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.writeBytes(message("/multistream/1.0.0"));
    for (int i = 0; i < Negotiation.MAX_PROPOSALS; i++) {
      wire.writeBytes(message(i % 2 == 0 ? "" : "/"));
    }
    byte[] bytes = wire.toByteArray();
    Allocation.assertBounded(bytes.length, () -> make(false).onBytes(ByteBuffer.wrap(bytes)));
    Allocation.assertBounded(bytes.length, () -> {
      Negotiation listener = make(false);
      ByteBuffer in = ByteBuffer.wrap(bytes).limit(0);
      while (in.limit() < bytes.length) {
        listener.onBytes(in.limit(in.limit() + 1));
      }
    });
  }

  @Property(tries = 300)
  void twoSidesAgreeOnTheDialersFirstThatTheListenerServes(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 9) Integer> proposed,
      @ForAll @Size(max = 4) List<@IntRange(max = 9) Integer> served, @ForAll long seed) {
    List<String> proposals = proposed.stream().map(i -> "/p/" + i).toList();
    List<String> serves = served.stream().map(i -> "/p/" + i).toList();
    Negotiation dialer = Negotiation.dialer(proposals);
    Negotiation listener = Negotiation.listener(serves::contains, () -> serves);
    boolean unsupported = false;
    try {
      converse(dialer, listener, new Random(seed));
    } catch (NegotiationException e) {
      assertTrue(e.isUnsupported());
      unsupported = true;
    }
    String expected = proposals.stream().filter(serves::contains).findFirst().orElse(null);
    assertEquals(expected == null, unsupported);
    assertEquals(expected, dialer.protocol());
    assertEquals(expected, listener.protocol());
  }

  /** Bytes travel in both directions in pieces of any size, with the listener's first payload behind its answer. */
  private static void converse(Negotiation dialer, Negotiation listener, Random random) throws NegotiationException {
    List<Byte> toDialer = new ArrayList<>();
    List<Byte> toListener = new ArrayList<>();
    while (!dialer.isSettled()) {
      collect(dialer, toListener);
      collect(listener, toDialer);
      Negotiation receiver = random.nextBoolean() ? dialer : listener;
      List<Byte> queue = receiver == dialer ? toDialer : toListener;
      ByteBuffer in = ByteBuffer.allocate(random.nextInt(queue.size() + 1));
      for (int i = 0; i < in.capacity(); i++) {
        in.put(queue.remove(0));
      }
      receiver.onBytes(in.flip());
    }
  }

  private static void collect(Negotiation from, List<Byte> to) {
    ByteBuffer out = from.output();
    while (out != null && out.hasRemaining()) {
      to.add(out.get());
    }
  }
}
