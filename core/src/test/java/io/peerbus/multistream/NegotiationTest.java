package io.peerbus.multistream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {

  private static final String HEADER = "132f6d756c746973747265616d2f312e302e300a";
  private static final String NOISE = "072f6e6f6973650a";
  private static final String NA = "036e610a";

  private static Negotiation noiseListener() {
    return Negotiation.listener("/noise"::equals, () -> List.of("/noise"));
  }

  private static ByteBuffer bytes(String... hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(String.join("", hex)));
  }

  private static String output(Negotiation negotiation) {
    ByteBuffer out = negotiation.output();
    return out == null ? "" : HexFormat.of().formatHex(out.array(), out.position(), out.limit());
  }

  private static ByteBuffer message(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Message.write(text, out);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static Negotiation afterHeader(Negotiation negotiation) throws NegotiationException {
    negotiation.output();
    negotiation.onBytes(bytes(HEADER));
    return negotiation;
  }

  @Test
  void aDialerSendsHeaderAndFirstProposalAtOnce() {
    assertEquals(HEADER + NOISE, output(Negotiation.dialer(List.of("/noise", "/tls/1.0.0"))));
  }

  @Test
  void aListenerSendsItsHeaderWithoutWaiting() {
    assertEquals(HEADER, output(noiseListener()));
  }

  @Test
  void aProtocolThatIsServedIsEchoed() throws Exception {
    Negotiation listener = noiseListener();
    output(listener);
    listener.onBytes(bytes(HEADER, NOISE));
    assertEquals(NOISE, output(listener));
    assertTrue(listener.isSettled());
    assertEquals("/noise", listener.protocol());
  }

  @Test
  void outputIsGivenOutOnce() {
    Negotiation listener = noiseListener();
    output(listener);
    assertNull(listener.output());
  }

  @Test
  void aDialerProposesTheNextProtocolAfterEachRefusal() throws Exception {
    Negotiation dialer = Negotiation.dialer(List.of("/tls/1.0.0", "/plain", "/noise"));
    output(dialer);
    dialer.onBytes(bytes(HEADER, NA));
    assertEquals("072f706c61696e0a", output(dialer));
    dialer.onBytes(bytes(NA));
    assertEquals(NOISE, output(dialer));
    assertFalse(dialer.isSettled());
    dialer.onBytes(bytes(NOISE));
    assertEquals("/noise", dialer.protocol());
    assertEquals("", output(dialer));
  }

  @Test
  void whenAllIsRefusedTheMessageListsWhatWasProposed() throws Exception {
    Negotiation dialer = afterHeader(Negotiation.dialer(List.of("/a", "/b")));
    NegotiationException e = assertThrows(NegotiationException.class, () -> dialer.onBytes(bytes(NA, NA)));
    assertTrue(e.isUnsupported());
    assertEquals("the remote supports none of /a, /b", e.getMessage());
    assertEquals(0, e.getStackTrace().length);
  }

  @Test
  void bytesBehindTheAgreedProtocolStayInTheInput() throws Exception {
    Negotiation listener = noiseListener();
    ByteBuffer in = bytes(HEADER, NOISE, "0020", NOISE);
    listener.onBytes(in);
    assertEquals(bytes("0020", NOISE), in);
    listener.onBytes(in);
    assertEquals(bytes("0020", NOISE), in);

    Negotiation dialer = Negotiation.dialer(List.of("/noise"));
    in = bytes(HEADER, NOISE, "0713");
    dialer.onBytes(in);
    assertEquals(bytes("0713"), in);
  }

  @Test
  void oneByteAtATimeGivesTheSame() throws Exception {
    Negotiation listener = noiseListener();
    Negotiation dialer = Negotiation.dialer(List.of("/x", "/noise"));
    StringBuilder fromDialer = new StringBuilder();
    StringBuilder fromListener = new StringBuilder();
    for (int rounds = 0; !(dialer.isSettled() && listener.isSettled()); rounds++) {
      assertTrue(rounds < 9, "they wait for each other: " + fromDialer + " and " + fromListener);
      fromDialer.append(carry(dialer, listener));
      fromListener.append(carry(listener, dialer));
    }
    assertEquals(HEADER + "032f780a" + NOISE, fromDialer.toString());
    assertEquals(HEADER + NA + NOISE, fromListener.toString());
  }

  private static String carry(Negotiation from, Negotiation to) throws NegotiationException {
    String hex = output(from);
    for (int i = 0; i < hex.length(); i += 2) {
      to.onBytes(bytes(hex.substring(i, i + 2)));
    }
    return hex;
  }

  @Test
  void aDirectBufferIsReadAsWell() throws Exception {
    ByteBuffer in = ByteBuffer.allocateDirect(64).put(bytes(HEADER, NOISE, "ff")).flip();
    Negotiation listener = noiseListener();
    listener.onBytes(in);
    assertEquals("/noise", listener.protocol());
    assertEquals(1, in.remaining());
  }

  @Test
  void theHeaderMayComeTwiceButNotThrice() throws Exception {
    Negotiation listener = noiseListener();
    listener.onBytes(bytes(HEADER, HEADER, NOISE));
    assertEquals("/noise", listener.protocol());
    assertEquals(HEADER + NOISE, output(listener));

    Negotiation dialer = Negotiation.dialer(List.of("/x", "/noise"));
    dialer.onBytes(bytes(HEADER, NA, HEADER));
    NegotiationException e = assertThrows(NegotiationException.class, () -> dialer.onBytes(bytes(HEADER)));
    assertFalse(e.isUnsupported());
  }

  @Test
  void theHeaderComesFirst() {
    NegotiationException e = assertThrows(NegotiationException.class, () -> noiseListener().onBytes(bytes(NOISE)));
    assertEquals("expected /multistream/1.0.0 but got \"/noise\"", e.getMessage());
    assertThrows(NegotiationException.class, () -> Negotiation.dialer(List.of("/noise")).onBytes(bytes(NOISE)));
  }

  @Test
  void anAnswerToSomethingElseIsAnError() throws Exception {
    Negotiation dialer = afterHeader(Negotiation.dialer(List.of("/noise")));
    NegotiationException e =
        assertThrows(NegotiationException.class, () -> dialer.onBytes(message("/x\r\n2026 ERROR forged")));
    assertEquals("proposed /noise but got \"/x??2026 ERROR forged\"", e.getMessage());
    assertFalse(e.isUnsupported());
  }

  @Test
  void aFailedNegotiationStaysFailed() throws Exception {
    Negotiation dialer = afterHeader(Negotiation.dialer(List.of("/a")));
    NegotiationException first = assertThrows(NegotiationException.class, () -> dialer.onBytes(bytes(NA)));
    assertSame(first, assertThrows(NegotiationException.class, () -> dialer.onBytes(message("/a"))));
    assertFalse(dialer.isSettled());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "8108", "8080808008", "ffffffffffffffff7f", "8000", "ffffffffffffffffff"})
  void aLengthOutOfRangeIsRefusedBeforeAnyTextIsHeld(String prefix) throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    assertThrows(NegotiationException.class, () -> listener.onBytes(bytes(prefix)));
  }

  @Test
  void aMessageOf1024BytesIsTaken() throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    listener.onBytes(message("/" + "x".repeat(1022)));
    assertEquals(NA, output(listener));
    assertThrows(NegotiationException.class, () -> listener.onBytes(message("/" + "x".repeat(1023))));
  }

  @Test
  void aMessageNeedsItsNewline() throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    assertThrows(NegotiationException.class, () -> listener.onBytes(bytes("062f6e6f697365")));
  }

  @Test
  void trailingWhiteSpaceIsTolerated() throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    listener.onBytes(message("/noise \t\r"));
    assertEquals("/noise", listener.protocol());
    assertEquals(NOISE, output(listener));
  }

  @Test
  void anEmptyProposalIsRefusedWithoutAskingWhatIsServed() throws Exception {
    Negotiation listener = afterHeader(Negotiation.listener(any -> true, List::of));
    listener.onBytes(bytes("010a"));
    assertEquals(NA, output(listener));
  }

  @Test
  void aProposalThatIsNoTextIsJustUnknown() throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    listener.onBytes(bytes("04c3280a0a"));
    assertEquals(NA, output(listener));
  }

  @Test
  void lsIsAnsweredWithAMessageOfMessages() throws Exception {
    Negotiation listener = afterHeader(Negotiation.listener(any -> false, () -> List.of("/a", "/bc")));
    listener.onBytes(message("ls"));
    assertEquals("0a" + "032f610a" + "042f62630a" + "0a", output(listener));
  }

  @Test
  void lsIsAnsweredOnceAndNeverWithMoreThanAPeerMustAccept() throws Exception {
    List<String> many = Collections.nCopies(500, "/protocol/1.0.0");
    Negotiation listener = afterHeader(Negotiation.listener(any -> false, () -> many));
    listener.onBytes(message("ls"));
    ByteBuffer answer = listener.output();
    assertTrue(answer.remaining() <= 1026 && answer.remaining() > 1000, "bytes: " + answer.remaining());
    listener.onBytes(message("ls"));
    assertEquals(NA, output(listener));
  }

  @Test
  void proposalsAreCounted() throws Exception {
    Negotiation listener = afterHeader(noiseListener());
    for (int i = 0; i < Negotiation.MAX_PROPOSALS; i++) {
      listener.onBytes(message("/x" + i));
      assertEquals(NA, output(listener));
    }
    assertThrows(NegotiationException.class, () -> listener.onBytes(message("/noise")));
  }

  @Test
  void whatIsHeldStaysBelow4KiBHoweverManyProposalsCome() throws Exception {
    List<String> many = Collections.nCopies(500, "/protocol/1.0.0");
    Negotiation listener = Negotiation.listener(any -> false, () -> many);
    listener.onBytes(bytes(HEADER));
    listener.onBytes(message("ls"));
    for (int i = 1; i < Negotiation.MAX_PROPOSALS; i++) {
      listener.onBytes(message("/" + "x".repeat(1022)));
    }
    assertTrue(listener.output().remaining() + Message.MAX_LENGTH < 4096);
  }

  @Test
  void aDialerRefusesProtocolsThatNoMessageCanCarry() {
    for (String bad : List.of("", "/a\nb", "/a ", "na", "ls", "/multistream/1.0.0", "/" + "x".repeat(1023))) {
      assertThrows(IllegalArgumentException.class, () -> Negotiation.dialer(List.of("/ok", bad)));
    }
    assertThrows(IllegalArgumentException.class, () -> Negotiation.dialer(List.of()));
    Negotiation.dialer(List.of("/" + "x".repeat(1022)));
  }

  @Test
  void aLazyDialerMaySendItsPayloadBehindTheFirstOutput() throws Exception {
    Negotiation dialer = Negotiation.dialer(List.of("/echo/1.0.0"));
    ByteBuffer sent = ByteBuffer.allocate(256).put(dialer.output()).put("hello".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer in = sent.flip();

    Negotiation listener = Negotiation.listener("/echo/1.0.0"::equals, List::of);
    listener.onBytes(in);
    assertTrue(listener.isSettled());
    assertEquals(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), in);

    dialer.onBytes(listener.output());
    assertEquals("/echo/1.0.0", dialer.protocol());
  }
}
