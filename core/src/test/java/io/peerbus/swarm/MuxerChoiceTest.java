package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.mplex.MplexOptions;
import io.peerbus.multiformats.FormatException;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.yamux.YamuxOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which muxer a connection gets, of those that both sides speak. */
class MuxerChoiceTest {

  private static final List<String> YAMUX = List.of(Muxers.YAMUX);
  private static final List<String> MPLEX = List.of(Muxers.MPLEX);
  private static final List<String> BOTH = List.of(Muxers.YAMUX, Muxers.MPLEX);
  private static final List<String> MPLEX_FIRST = List.of(Muxers.MPLEX, Muxers.YAMUX);

  private final Random random = new Random(5);
  private Upgrade dialer;
  private Upgrade listener;

  private ConnectionOptions options(int seed, List<String> muxers) {
    return new ConnectionOptions(List.of(NoiseIdentity.of(KeyPair.ed25519(ConnectionPair.seed(seed)), random)), null,
        new Muxers(muxers, new YamuxOptions(), new MplexOptions()), null, ConnectionOptions.Limits.DEFAULT);
  }

  private void upgrade(List<String> dialers, List<String> listeners) throws FormatException {
    dialer = new Upgrade(options(1, dialers), true, null, random);
    listener = new Upgrade(options(2, listeners), false, null, random);
    boolean moved = true;
    while (moved) {
      moved = carry(dialer, listener) | carry(listener, dialer);
    }
  }

  private static boolean carry(Upgrade from, Upgrade to) throws FormatException {
    boolean moved = false;
    for (ByteBuffer bytes = from.output(); bytes != null; bytes = from.output()) {
      to.onBytes(bytes);
      moved = true;
    }
    return moved;
  }

  private void assertChosen(String muxer, List<String> dialers, List<String> listeners) throws FormatException {
    upgrade(dialers, listeners);
    assertTrue(dialer.isDone() && listener.isDone());
    assertEquals(muxer, dialer.muxer());
    assertEquals(muxer, listener.muxer());
  }

  @Test
  void itIsTheFirstOfTheDialerThatTheListenerHasToo() throws FormatException {
    assertChosen(Muxers.YAMUX, YAMUX, YAMUX);
    assertChosen(Muxers.YAMUX, BOTH, BOTH);
    assertChosen(Muxers.YAMUX, BOTH, MPLEX_FIRST);
    assertChosen(Muxers.MPLEX, MPLEX_FIRST, BOTH);
    assertChosen(Muxers.MPLEX, MPLEX, BOTH);
    assertChosen(Muxers.MPLEX, BOTH, MPLEX);
    assertChosen(Muxers.YAMUX, MPLEX_FIRST, YAMUX);
  }

  @Test
  void withoutACommonOneThereIsNoConnection() throws FormatException {
    String refused = assertThrows(FormatException.class, () -> upgrade(MPLEX, YAMUX)).getMessage();
    assertTrue(refused.contains("/mplex/6.7.0"), refused);
    assertFalse(dialer.isDone() || listener.isDone());
    assertEquals("agreeing on /mplex/6.7.0", dialer.describe());
    assertEquals("agreeing on /yamux/1.0.0", listener.describe());
  }

  @Test
  void aHostSpeaksAtLeastOneAndNoOther() {
    for (List<String> ids : List.of(List.<String>of(), List.of("/spdy/3.1.0"), List.of(Muxers.YAMUX, "/mplex"))) {
      String refused = assertThrows(IllegalArgumentException.class,
          () -> new Muxers(ids, new YamuxOptions(), new MplexOptions())).getMessage();
      assertTrue(refused.startsWith("muxers: " + ids + ": one or both of"), refused);
    }
  }
}
