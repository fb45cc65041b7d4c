package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.secure.HandshakeException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** SEC-14, SEC-17: which secrets an object still holds, found by looking into all fields of our own classes. */
class SecretsTest {

  private static final String FIRST_KEY = "3062fff068d0abd171b4b4603c5b7633bf5ee4e79da311370c2eba7f1ed6c69a";
  private static final String SECOND_KEY = "cbabb3f5e4529fc0e93efda9b4b70169270c04b05c5be25f71e9c55f7955c86a";

  private final Handshake initiator = Handshake.initiator(
      NoiseIdentity.of(KeyPair.ed25519(hex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d")),
          NoiseVectors.giving(NoiseVectors.INITIATOR_STATIC)),
      List.of(), null, NoiseVectors.giving(NoiseVectors.INITIATOR_EPHEMERAL));
  private final Handshake responder = Handshake.responder(
      NoiseIdentity.of(KeyPair.ed25519(new byte[32]), NoiseVectors.giving(NoiseVectors.RESPONDER_STATIC)),
      List.of(), NoiseVectors.giving(NoiseVectors.RESPONDER_EPHEMERAL));

  @Test
  void theEphemeralKeyIsGoneOnceTheHandshakeIsComplete() throws Exception {
    assertTrue(held(initiator).contains(NoiseVectors.INITIATOR_EPHEMERAL));
    Shake.drive(initiator, responder);
    assertFalse(held(initiator).contains(NoiseVectors.INITIATOR_EPHEMERAL));
    assertFalse(held(responder).contains(NoiseVectors.RESPONDER_EPHEMERAL));
    assertTrue(initiator.isComplete() && responder.isComplete());
  }

  @Test
  void theKeysOfTheTransportAreThoseOfTheWireNotesAndGoneAfterDestroy() throws Exception {
    Shake.drive(initiator, responder);
    assertTrue(held(initiator.sealer()).contains(FIRST_KEY));
    assertTrue(held(initiator.opener()).contains(SECOND_KEY));
    initiator.sealer().destroy();
    initiator.opener().destroy();
    Set<String> left = held(initiator);
    assertFalse(left.contains(FIRST_KEY) || left.contains(SECOND_KEY));
  }

  @Test
  void aFailedHandshakeHoldsNoSecretOfItsOwn() {
    assertThrows(HandshakeException.class, () -> initiator.onBytes(ByteBuffer.wrap(new byte[] {0, 2, 0, 0})));
    assertFalse(held(initiator).contains(NoiseVectors.INITIATOR_EPHEMERAL));
  }

  @Test
  void aHandshakeThatIsGivenUpHoldsNoSecretOfItsOwn() throws Exception {
    responder.onBytes(initiator.output());
    assertTrue(held(responder).contains(NoiseVectors.RESPONDER_EPHEMERAL));
    responder.destroy();
    assertFalse(held(responder).contains(NoiseVectors.RESPONDER_EPHEMERAL));
  }

  @Test
  void aBadFrameTakesTheKeyWithIt() throws Exception {
    Shake.drive(initiator, responder);
    assertThrows(HandshakeException.class, () -> initiator.opener().open(ByteBuffer.wrap(new byte[40])));
    assertFalse(held(initiator.opener()).contains(SECOND_KEY));
  }

  @Test
  void nothingPrintsItself() throws Exception {
    Shake.drive(initiator, responder);
    for (Object object : List.of(initiator, initiator.sealer(), responder.opener(), Shake.identity(1))) {
      assertEquals(object.getClass().getName() + "@" + Integer.toHexString(object.hashCode()), object.toString());
    }
  }

  /** All byte arrays that can be reached, as hexadecimal text. */
  private static Set<String> held(Object root) {
    Set<String> found = new TreeSet<>();
    visit(root, Collections.newSetFromMap(new IdentityHashMap<>()), found);
    return found;
  }

  private static void visit(Object object, Set<Object> seen, Set<String> found) {
    if (object instanceof byte[] bytes) {
      found.add(text(bytes));
    } else if (object != null && object.getClass().getName().startsWith("io.peerbus.noise.") && seen.add(object)) {
      for (Field field : object.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          visit(value(field, object), seen, found);
        }
      }
    }
  }

  private static Object value(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
