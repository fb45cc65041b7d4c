package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteCountTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 1000", "64K, 65536", "10m, 10485760", "10MiB, 10485760", "1GB, 1073741824",
      "8388607T, 9223370937343148032", "5B, 5"})
  void unitsAreStepsOf1024(String text, long bytes) {
    assertEquals(bytes, new ByteCount().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5G", "K", "1X", "8388608T", "9999999999999999", "1 K"})
  void otherTextsAreRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new ByteCount().convert(text));
  }
}
