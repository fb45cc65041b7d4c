package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.TestKeys;
import io.peerbus.fuzz.Allocation;
import io.peerbus.kademlia.pb.IpnsProto.IpnsEntry;
import io.peerbus.multiformats.FormatException;
import java.time.Instant;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** IPNS, "Record Verification", step by step. */
class IpnsTest {

  private static final long NOW = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final KeyPair OWNER = TestKeys.ed25519();

  private final Namespaces namespaces = new Namespaces(true);

  private Verdict check(IpnsEntry.Builder record) {
    return namespaces.check(NOW, TestIpns.key(OWNER), record.build().toByteArray());
  }

  private void assertRefused(String reason, IpnsEntry.Builder record) {
    Verdict verdict = check(record);
    assertFalse(verdict.valid());
    assertTrue(verdict.reason().startsWith("/ipns/: " + reason), verdict.reason());
  }

  @Example
  void recordsOfBothKindsAreValidUntilTheirEnd() {
    for (IpnsEntry.Builder record : new IpnsEntry.Builder[] {
        TestIpns.v2(OWNER, "/ipfs/x", 1, TestIpns.END), TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END)}) {
      Verdict verdict = check(record);
      assertEquals("", verdict.reason());
      assertEquals(Instant.parse(TestIpns.END).toEpochMilli(), verdict.validUntil());
    }
    assertRefused("over since 2025-12-31T23:00:00Z", TestIpns.v2(OWNER, "/ipfs/x", 1, "2026-01-01T00:00:00+01:00"));
    assertRefused("over since 2026-01-01T00:00:00Z", TestIpns.v2(OWNER, "/ipfs/x", 1, "2026-01-01T00:00:00Z"));
  }

  /** The spec's vectors 1 and 3 to 5. */
  @Example
  void onlyTheSecondSignatureCountsAndTheCopiesMustAgree() {
    assertRefused("no signature of version 2",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).clearSignatureV2().clearData());
    assertRefused("the fields for older readers differ",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).setValue(ByteString.copyFromUtf8("/ipfs/y")));
    assertRefused("the fields for older readers differ",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).setSequence(2));
    assertRefused("the fields for older readers differ",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).clearTtl());
    assertRefused("the fields for older readers differ",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).clearValue());
    assertRefused("the signature is wrong",
        TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).setSignatureV2(ByteString.copyFrom(new byte[64])));
    assertTrue(check(TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END)
        .setSignatureV1(ByteString.copyFrom(new byte[64]))).valid());
  }

  /** SEC-40: a record for another key. */
  @Example
  void aRecordOfAnotherOwnerIsRefused() throws FormatException {
    KeyPair other = KeyPair.ed25519(new byte[32]);
    assertRefused("the signature is wrong", TestIpns.v2(other, "/ipfs/x", 1, TestIpns.END));
    assertRefused("signed by " + other.publicKey().peerId(), TestIpns.v2(other, "/ipfs/x", 1, TestIpns.END)
        .setPubKey(ByteString.copyFrom(other.publicKey().toBytes())));
    assertTrue(check(TestIpns.v2(OWNER, "/ipfs/x", 1, TestIpns.END)
        .setPubKey(ByteString.copyFrom(OWNER.publicKey().toBytes()))).valid());
    byte[] name = HexFormat.of().parseHex("1220" + "00".repeat(32));
    byte[] key = TestIpns.concat(TestPeers.utf8("/ipns/"), name);
    Verdict verdict = namespaces.check(NOW, key, TestIpns.v2(OWNER, "/x", 1, TestIpns.END).build().toByteArray());
    assertEquals("/ipns/: no public key, and the name contains none", verdict.reason());
  }

  @Example
  void theHigherSequenceIsTheBetterAndThenTheLaterEnd() {
    Verdict first = check(TestIpns.v2(OWNER, "/ipfs/x", 1, TestIpns.END));
    Verdict second = check(TestIpns.v2(OWNER, "/ipfs/y", 2, "2027-01-01T00:00:00Z"));
    Verdict last = check(TestIpns.v2(OWNER, "/ipfs/z", -1, "2027-01-01T00:00:00Z"));
    Verdict longer = check(TestIpns.v2(OWNER, "/ipfs/y", 2, "2027-01-01T00:00:00.5Z"));
    assertTrue(second.compareRank(first) > 0);
    assertTrue(last.compareRank(second) > 0, "sequences are unsigned");
    assertTrue(longer.compareRank(second) > 0);
    assertEquals(0, second.compareRank(second));
  }

  @Example
  void recordsThatAreTooLongOrNoneAreRefused() {
    assertRefused("10241 bytes, at most 10240", longRecord(10_241));
    assertTrue(check(longRecord(10_240)).valid());
    assertRefused("Validity is no time", TestIpns.v2(OWNER, "/ipfs/x", 1, "tomorrow"));
    assertFalse(namespaces.check(NOW, TestIpns.key(OWNER), new byte[] {1, 2, 3}).valid());
    assertFalse(namespaces.check(NOW, TestPeers.utf8("/ipns/x"),
        TestIpns.v2(OWNER, "/ipfs/x", 1, TestIpns.END).build().toByteArray()).valid());
  }

  /** An unknown field makes up the length. */
  private static IpnsEntry.Builder longRecord(int length) {
    IpnsEntry.Builder record = TestIpns.v2(OWNER, "/ipfs/x", 1, TestIpns.END);
    int left = length - record.build().getSerializedSize() - 4;
    return record.setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder().addField(15,
        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[left + (left < 128 ? 2 : 1)])).build()).build());
  }

  @Property(tries = 1000)
  void aChangedByteIsRefusedOrChangesNothing(@ForAll @IntRange(max = 10_000) int place, @ForAll byte value) {
    byte[] record = TestIpns.v1AndV2(OWNER, "/ipfs/x", 1, TestIpns.END).build().toByteArray();
    Verdict before = namespaces.check(NOW, TestIpns.key(OWNER), record);
    record[place % record.length] = value;
    Verdict after = namespaces.check(NOW, TestIpns.key(OWNER), record);
    assertTrue(!after.valid() || after.equals(before), after.toString());
  }

  @Property(tries = 1000)
  void anyBytesAreADocumentOrRefusedWithoutWaste(@ForAll @Size(max = 200) byte[] bytes) {
    byte[] map = TestIpns.concat(new byte[] {(byte) 0xa9}, bytes);
    Allocation.assertBounded(bytes.length, () -> IpnsRecord.Document.ofCbor(bytes));
    Allocation.assertBounded(map.length, () -> IpnsRecord.Document.ofCbor(map));
  }

  @Example
  void deepAndLyingDocumentsAreRefusedWithoutRecursion() {
    byte[] deep = new byte[100_000];
    java.util.Arrays.fill(deep, (byte) 0x81);
    System.arraycopy(HexFormat.of().parseHex("a16161"), 0, deep, 0, 3);
    Allocation.assertBounded(deep.length, () -> IpnsRecord.Document.ofCbor(deep));
    for (String lie : new String[] {"bf", "a1617a5bffffffffffffffff", "a1617a9b7fffffffffffffff",
        "a1617abbffffffffffffffff", "a161",
        "a1617a", "bb7fffffffffffffff", "a1617a1801", "a1617a190001", "a1617a5f", "a0ff"}) {
      Allocation.assertBounded(0, () -> {
        IpnsRecord.Document.ofCbor(HexFormat.of().parseHex(lie));
        throw new AssertionError(lie + " was read");
      });
    }
  }
}
