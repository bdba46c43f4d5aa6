import { expect, test } from "vitest";
import { coordinates, geoAddress, mapAddress, readCoordinates } from "./places";

const place = { latitude: 37.5271, longitude: 126.9328, name: "여의나루역 (2)" };

test("a place leads to maps", () => {
  expect(coordinates(place)).toBe("37.52710, 126.93280");
  expect(mapAddress(place)).toBe(
    "https://www.openstreetmap.org/?mlat=37.527100&mlon=126.932800#map=17/37.527100/126.932800",
  );
  expect(geoAddress(place)).toBe(
    `geo:37.527100,126.932800?q=37.527100,126.932800(${encodeURIComponent("여의나루역 (2)")})`,
  );
  expect(geoAddress({ latitude: 1, longitude: -2 })).toBe("geo:1.000000,-2.000000?q=1.000000,-2.000000");
});

test("coordinates are read as maps write them", () => {
  expect(readCoordinates("37.5271, 126.9328")).toEqual({ latitude: 37.5271, longitude: 126.9328 });
  expect(readCoordinates(" -33.86 151.2 ")).toEqual({ latitude: -33.86, longitude: 151.2 });
  expect(readCoordinates("91, 0")).toBeUndefined();
  expect(readCoordinates("0, 181")).toBeUndefined();
  expect(readCoordinates("여의나루역")).toBeUndefined();
  expect(readCoordinates("")).toBeUndefined();
});
