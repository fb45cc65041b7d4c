package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Only FormatException leaves a decoder of this package, and none that reads a peer's bytes allocates more than twice
 * its input and 4 KiB.
 */
class CryptoFuzzTest {

  /**
   * Multiplying a point of secp256k1 or a NIST curve. No peer can make us do that: a private key is read from our own
   * identity file, or from what our user types, and from nowhere else.
   */
  private static final long POINT_MULTIPLICATION = 1 << 20;
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final List<byte[]> PUBLIC_KEYS = goodPublicKeys();

  @Property(tries = 500)
  void anyBytesAreAPublicKeyOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    checkPublicKey(bytes);
  }

  @Property(tries = 800)
  void mutatedPublicKeysAreReadOrRefused(@ForAll("publicKeys") byte[] bytes) {
    checkPublicKey(bytes);
  }

  @Property(tries = 500)
  void anyDataOfEachTypeIsAKeyOrRefused(@ForAll KeyType type, @ForAll @Size(max = 100) byte[] data) {
    checkPublicKey(Messages.publicKey(type, data));
    checkPrivateKey(Messages.privateKey(type, data));
  }

  @Property(tries = 200)
  void mutatedPrivateKeysAreReadOrRefused(@ForAll("privateKeys") byte[] bytes) {
    checkPrivateKey(bytes);
  }

  @Property(tries = 500)
  void anySignatureIsTrueOrFalse(@ForAll("anyPublicKey") byte[] key, @ForAll @Size(max = 80) byte[] signature)
      throws FormatException {
    assertFalse(PublicKey.of(key).verify(new byte[] {1}, signature));
  }

  @Property(tries = 300)
  void mutatedSignaturesAreFalse(@ForAll int at, @ForAll byte value) {
    for (KeyPair key : new KeyPair[] {KEY, TestKeys.secp256k1()}) {
      byte[] message = {value};
      byte[] good = key.sign(message);
      byte[] bad = good.clone();
      bad[Math.floorMod(at, bad.length)] = value;
      assertEquals(Arrays.equals(good, bad), key.publicKey().verify(message, bad));
    }
  }

  @Property(tries = 500)
  void anyBytesAreAnEnvelopeOrRefused(@ForAll @Size(max = 300) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> SignedEnvelope.of(bytes));
  }

  @Property(tries = 800)
  void mutatedEnvelopesAreReadOrRefused(@ForAll("envelopes") byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> SignedEnvelope.of(bytes));
    try {
      SignedEnvelope envelope = SignedEnvelope.of(bytes);
      assertEquals(envelope, SignedEnvelope.of(envelope.toBytes()));
    } catch (FormatException refused) {
      return;
    }
  }

  @Property(tries = 800)
  void mutatedRecordsAreReadOrRefused(@ForAll("records") byte[] payload) {
    Allocation.assertBounded(payload.length, () -> PeerRecord.ofPayload(payload));
  }

  @Property(tries = 500)
  void anyBytesAreARecordOrRefused(@ForAll @Size(max = 300) byte[] payload) {
    Allocation.assertBounded(payload.length, () -> PeerRecord.ofPayload(payload));
  }

  /** As many as are looked at, or more: without address, empty, unknown, cut off, and the shortest good ones. */
  @ParameterizedTest
  @CsvSource({"1a00, 64", "1a020a00, 64", "1a060a0484010000, 64", "1a060a0484010000, 500", "1a030a0104, 64",
      "1a040a023500, 64", "1a040a02c603, 64", "1a040a02de03, 64", "1a050a03060050, 64"})
  void aRecordFullOfOneAddressKeepsTheBound(String address, int times) {
    byte[] payload = Messages.join(sealed(0).payload(), HexFormat.of().parseHex(address.repeat(times)));
    Allocation.assertBounded(payload.length, () -> PeerRecord.ofPayload(payload));
  }

  /** SEC-12: two bytes a field, as often as a message can hold them. */
  @Example
  void repeatedFieldsCostNothing() {
    for (String field : new String[] {"0800", "1200", "0a00", "1a00", "2a00", "1b1c", "1000"}) {
      byte[] fields = HexFormat.of().parseHex(field.repeat(900));
      checkPublicKey(Messages.join(fields, KEY.publicKey().toBytes()));
      checkPublicKey(Messages.join(KEY.publicKey().toBytes(), fields));
      byte[] more = HexFormat.of().parseHex(field.repeat(3900));
      byte[] envelope = Messages.join(more, sealed(0).toBytes());
      Allocation.assertBounded(envelope.length, () -> SignedEnvelope.of(envelope));
      byte[] payload = Messages.join(more, sealed(0).payload());
      Allocation.assertBounded(payload.length, () -> PeerRecord.ofPayload(payload));
    }
  }

  private static void checkPublicKey(byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> PublicKey.of(bytes));
    try {
      PublicKey key = PublicKey.of(bytes);
      assertEquals(key, PublicKey.of(key.toBytes()));
      assertEquals(key, PublicKey.of(key.type(), key.data()));
      key.verify(bytes, bytes);
    } catch (FormatException refused) {
      return;
    }
  }

  private static void checkPrivateKey(byte[] bytes) {
    Allocation.assertAtMost(2L * bytes.length + POINT_MULTIPLICATION, () -> KeyPair.of(bytes));
    try {
      KeyPair key = KeyPair.of(bytes);
      assertArrayEquals(key.toBytes(), KeyPair.of(key.toBytes()).toBytes());
    } catch (FormatException refused) {
      return;
    }
  }

  @Provide
  Arbitrary<byte[]> anyPublicKey() {
    return Arbitraries.of(PUBLIC_KEYS);
  }

  @Provide
  Arbitrary<byte[]> publicKeys() {
    return mutated(Arbitraries.of(PUBLIC_KEYS));
  }

  @Provide
  Arbitrary<byte[]> privateKeys() {
    return mutated(Arbitraries.of(KEY.toBytes(), TestKeys.secp256k1().toBytes()));
  }

  @Provide
  Arbitrary<byte[]> envelopes() {
    return mutated(Arbitraries.of(sealed(0).toBytes(), sealed(3).toBytes()));
  }

  @Provide
  Arbitrary<byte[]> records() {
    return mutated(Arbitraries.of(sealed(0).payload(), sealed(2).payload(), sealed(100).payload()));
  }

  /** Some bytes changed, or the end cut off, or neither. */
  private static Arbitrary<byte[]> mutated(Arbitrary<byte[]> good) {
    Arbitrary<List<Integer>> places = Arbitraries.integers().list().ofMaxSize(3);
    Arbitrary<Integer> cuts = Arbitraries.integers();
    return Combinators.combine(good, places, Arbitraries.bytes(), cuts).as((bytes, at, value, cut) -> {
      byte[] changed = bytes.clone();
      at.forEach(i -> changed[Math.floorMod(i, changed.length)] = value);
      return cut % 4 == 0 ? Arrays.copyOf(changed, Math.floorMod(cut, changed.length)) : changed;
    });
  }

  private static SignedEnvelope sealed(int addresses) {
    return new PeerRecord(KEY.publicKey().peerId(), addresses,
        IntStream.range(0, addresses).mapToObj(i -> Multiaddr.tcp("1.2.3.4", i)).toList()).seal(KEY);
  }

  private static List<byte[]> goodPublicKeys() {
    BigInteger modulus = new BigInteger(2048, new Random(1)).setBit(2047).setBit(0);
    BigInteger large = new BigInteger(8192, new Random(1)).setBit(8191).setBit(0);
    return List.of(KEY.publicKey().toBytes(), TestKeys.secp256k1().publicKey().toBytes(),
        Messages.rsa(modulus, BigInteger.valueOf(65537)), Messages.rsa(large, BigInteger.valueOf(3)),
        ecdsa("secp256r1"), ecdsa("secp384r1"), ecdsa("secp521r1"));
  }

  private static byte[] ecdsa(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return Messages.publicKey(KeyType.ECDSA, generator.generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
