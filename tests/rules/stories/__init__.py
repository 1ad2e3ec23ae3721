"""One story for every rule of the scheme: the day it fires, the eve on which it does not, what ends it."""

from __future__ import annotations

from tests.rules.stories import credit, files, money, visiting

STORIES = [*files.STORIES, *visiting.STORIES, *credit.STORIES, *money.STORIES]
